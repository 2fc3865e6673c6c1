import type { Catalogue } from "../catalogue/catalogue.ts";
import type { TailnetPort } from "../catalogue/service.ts";
import type { HostSettings, Settings } from "../settings/settings.ts";
import type { Policy, PolicyTest, TailnetPlan } from "./plan.ts";

/**
 * Who may reach what on the tailnet: our hosts each other's service ports, the admins SSH and what is meant for
 * people, nobody else anything. Postgres and Redis answer our hosts alone (promise P3).
 */
export function tailnetPlan(settings: Settings, catalogue: Catalogue): TailnetPlan {
  const { tag } = settings.tailnet;
  return { policy: policy(settings, catalogue), hubTags: [tag] };
}

function policy(settings: Settings, catalogue: Catalogue): Policy {
  const { tag, admins, extraGrants } = settings.tailnet;
  const selectors = settings.hosts.map((host) => selectorsOf(host, settings));
  const ours = unique(selectors.flat());
  const hub = selectors[0] ?? [];
  const ports = portsOf(catalogue);
  const people = admins.filter((admin) => !isTag(admin));
  const tags = [tag, guestTag(tag), ...tagsNamedBy(settings)];
  return {
    // To people only: a runner's tag that owned ours could make any device of its own one of our hosts.
    tagOwners: Object.fromEntries(tags.map((name) => [name, people])),
    hosts: Object.fromEntries(
      settings.hosts.flatMap(({ name, tailnetAddress }) =>
        tailnetAddress === undefined ? [] : [[name, tailnetAddress]],
      ),
    ),
    grants: [
      { src: ours, dst: hub, ip: ports.hub.map(tcp) },
      { src: ours, dst: ours, ip: ports.everywhere.map(tcp) },
      { src: [...admins], dst: ours, ip: [...[22, ...ports.people].map(tcp), "icmp:*"] },
      ...extraGrants,
    ],
    tests: [
      ...ours.map((src) => reaches(src, hub, ports.hub, ours, ports.everywhere)),
      // No device carries this tag: it stands for any other device, and must be let in nowhere.
      {
        src: guestTag(tag),
        deny: [...endpoints(hub, ports.hub), ...endpoints(ours, [22, ...ports.everywhere])],
      },
    ],
  };
}

/**
 * A host with a known address is named by it, however it joined; a hub whose VPS is made by us joins with our
 * tag, and its address is known only afterwards.
 */
function selectorsOf(host: HostSettings, { server, tailnet }: Settings): readonly string[] {
  const madeByUs = host.role === "hub" && server.mode === "create";
  return [...(madeByUs ? [tailnet.tag] : []), ...(host.tailnetAddress === undefined ? [] : [host.name])];
}

/** Tailscale refuses a policy that uses a tag without defining it. */
function tagsNamedBy({ tailnet: { admins, extraGrants } }: Settings): readonly string[] {
  return [...admins, ...extraGrants.flatMap(({ src, dst }) => [...src, ...dst])].filter(isTag).sort();
}

const isTag = (name: string) => name.startsWith("tag:");

/** TCP ports on the tailnet addresses: of the hub alone, of every host, and of these the ones meant for people. */
export function portsOf(catalogue: Catalogue) {
  const of = (runsOn: "hub" | "every host") =>
    catalogue.filter((service) => service.runsOn === runsOn).flatMap(({ tailnetPorts = [] }) => tailnetPorts);
  const numbers = (ports: readonly TailnetPort[]) => ports.map(({ port }) => port).sort((a, b) => a - b);
  const everywhere = of("every host");
  return {
    hub: numbers(of("hub")),
    everywhere: numbers(everywhere),
    people: numbers(everywhere.filter(({ reachedBy }) => reachedBy === "people")),
  };
}

function reaches(
  src: string,
  hub: readonly string[],
  hubPorts: readonly number[],
  ours: readonly string[],
  ports: readonly number[],
): PolicyTest {
  return { src, accept: [...endpoints(hub, hubPorts), ...endpoints(ours, ports)] };
}

const endpoints = (hosts: readonly string[], ports: readonly number[]) =>
  hosts.flatMap((host) => ports.map((port) => `${host}:${port}`));

const tcp = (port: number) => `tcp:${port}`;

/** The tag that nobody carries. */
export const guestTag = (tag: string) => `${tag}-guest`;

const unique = (list: readonly string[]) => [...new Set(list)];
