import type { Observed, ObservedHost, Verdict } from "../../promises/observed.ts";
import { portsOfInterest, type Reach, reachability } from "../report/reach.ts";

export type Mark = "created" | "changed" | "removed";

/** What the picture shows, wherever it was seen: a rehearsal, or the plan of a pull request. */
export interface Picture {
  readonly title: string;
  /** What of it is real and what is not, in one sentence. */
  readonly note: string;
  readonly domain: string;
  readonly hostnames: readonly string[];
  readonly hosts: readonly HostPicture[];
  /** Undefined where the policy is not understood: then nothing may be said about it. */
  readonly reach: readonly Reach[] | undefined;
  readonly verdicts: readonly Verdict[];
}

export interface HostPicture {
  readonly name: string;
  readonly isHub: boolean;
  readonly reachable: boolean;
  /** Its connector runs with the token of the tunnel. */
  readonly connected: boolean;
  /** Sums of limits and of typical use, and what they may come to, MiB. */
  readonly memory: { readonly limits: number; readonly allowed: number; readonly typical: number };
  readonly services: readonly ServicePicture[];
}

export interface ServicePicture {
  readonly name: string;
  /** Public names that lead to it. */
  readonly hostnames: readonly string[];
  /** Published on the host's tailnet address. */
  readonly ports: readonly number[];
  /** Runs on the hub alone, and the other hosts use it: the shared databases. */
  readonly shared: boolean;
  readonly memoryMiB: number;
  readonly works: boolean;
  /** What it works without, one sentence each. */
  readonly degraded: readonly string[];
  readonly mark?: Mark;
}

/** Marks by `host/service`. */
export type Marks = ReadonlyMap<string, Mark>;

export function pictureOf(
  observed: Observed,
  verdicts: readonly Verdict[],
  words: { readonly title: string; readonly note: string },
  marks: Marks = new Map(),
): Picture {
  return {
    ...words,
    domain: observed.edge.domain,
    hostnames: observed.settings.publicHostnames.map(({ hostname }) => hostname),
    hosts: observed.hosts.map((host) => hostPicture(host, observed, marks)),
    reach: reachOf(observed),
    verdicts,
  };
}

/** Kernel, Docker and Tailscale are in this subtraction, not in the sums (the memory rule of the plan). */
const SYSTEM_MIB = 512;

function hostPicture(host: ObservedHost, { settings, edge, hosts }: Observed, marks: Marks): HostPicture {
  const machine = settings.hosts.find(({ name }) => name === host.name);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const removed = [...marks].flatMap(([key, mark]) => {
    const [on, name = ""] = key.split("/");
    const isThere = host.containers.some((container) => container.name === name);
    return on === host.name && mark === "removed" && !isThere ? [removedService(name)] : [];
  });
  return {
    name: host.name,
    isHub: host.isHub,
    reachable: host.reachable,
    connected: edge.tunnels.some(({ deleted, connectors }) => !deleted && connectors.includes(host.name)),
    memory: {
      limits: sum(host.containers.map(({ memoryMiB }) => memoryMiB)),
      allowed: (machine?.ramMiB ?? 0) + (machine?.swapMiB ?? 0) - SYSTEM_MIB,
      typical: sum(host.containers.map(({ typicalMiB = 0 }) => typicalMiB)),
    },
    services: [
      ...host.containers.map((container) => {
        const mark = marks.get(`${host.name}/${container.name}`);
        return {
          name: container.name,
          hostnames: settings.publicHostnames
            .filter((one) => one.container === container.name)
            .map(({ hostname }) => hostname),
          ports: container.published.map(({ port }) => port),
          shared:
            host.isHub &&
            container.published.length > 0 &&
            hosts.every((other) => other === host || !runs(other, container.name)),
          memoryMiB: container.memoryMiB,
          works: container.running && container.healthy !== false,
          degraded: container.degraded ?? [],
          ...(mark !== undefined && { mark }),
        };
      }),
      ...removed,
    ],
  };
}

const runs = (host: ObservedHost, name: string) =>
  host.containers.some((container) => container.name === name);

const removedService = (name: string): ServicePicture => ({
  name,
  hostnames: [],
  ports: [],
  shared: false,
  memoryMiB: 0,
  works: false,
  degraded: [],
  mark: "removed",
});

function reachOf({ tailnet, hosts }: Observed): readonly Reach[] | undefined {
  const policy = JSON.stringify(tailnet.policy);
  const ports = portsOfInterest(
    [policy],
    hosts.flatMap(({ containers }) =>
      containers.flatMap(({ published }) => published.map(({ port }) => port)),
    ),
  );
  try {
    return reachability(
      policy,
      tailnet.devices.filter(({ isHost }) => isHost),
      ports,
    );
  } catch {
    return undefined;
  }
}
