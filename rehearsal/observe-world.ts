import type { Catalogue } from "../catalogue/catalogue.ts";
import { PolicyTextError, parsePolicyText } from "../formats/tailnet-policy.ts";
import { observeSettings } from "../operations/observe-plan.ts";
import { observeOidcClients } from "../operations/sign-on/observe-clients.ts";
import type { Plan } from "../plan/plan.ts";
import type {
  Observed,
  ObservedContainer,
  ObservedEdge,
  ObservedHost,
  ObservedRun,
  ObservedTunnel,
} from "../promises/observed.ts";
import type { StoredResource } from "./engine/state.ts";
import { scriptInputs } from "./script-inputs.ts";
import type { Container, Machine } from "./world/state.ts";
import type { World } from "./world/world.ts";

export interface Seen {
  readonly world: World;
  readonly plan: Plan;
  readonly catalogue: Catalogue;
  /** Exported state and resources per stack that was brought up. */
  readonly stacks: readonly {
    readonly name: string;
    readonly state: string;
    readonly resources: readonly StoredResource[];
  }[];
  /** Every secret value, by name, to look for where none may be. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly history: readonly ObservedRun[];
}

/** What the world looks like now, with nothing taken from the plan but what a person set and what is typical. */
export function observeWorld(seen: Seen): Observed {
  const { world, plan, catalogue } = seen;
  const hosts = plan.hosts.map(({ name, isHub }) => observeHost(seen, name, isHub));
  const settings = observeSettings(plan, catalogue);
  return {
    hosts,
    edge: observeEdge(world, plan.edge.domain),
    tailnet: observeTailnet(world, plan),
    firewalls: observeFirewalls(world, plan),
    settings,
    states: seen.stacks.map(({ name, state }) => ({ stack: name, text: state })),
    secrets: seen.secrets,
    history: seen.history,
    oidcClients: observeOidcClients(hosts, settings.publicHostnames, (host) =>
      scriptInputs(world.state, host),
    ),
  };
}

function observeEdge(world: World, domain: string): ObservedEdge {
  const { records, tunnels } = world.state.cloudflare;
  return {
    domain,
    records: Object.values(records).map(({ name, type, content, proxied }) => ({
      name,
      type,
      content,
      proxied,
    })),
    tunnels: Object.keys(tunnels).map((id) => observeTunnel(world, id)),
  };
}

function observeHost({ world, plan, stacks }: Seen, name: string, isHub: boolean): ObservedHost {
  const machine = world.state.machines[name];
  const device = Object.values(world.state.tailscale.devices).find(({ id }) => id === machine?.deviceId);
  const server = Object.values(world.state.hetzner.servers).find(({ id }) => id === machine?.serverId);
  const identity = {
    name,
    isHub,
    tailnetAddress: device?.address,
    publicAddress: server?.ipv4,
  };
  if (machine === undefined || machine.away || !device?.online) {
    return { ...identity, reachable: false, bridgeGateways: [], guarded: [], containers: [], volumes: [] };
  }
  const typical = typicalUse(plan, name);
  const protectedVolumes = volumesWith(stacks, name, "protect");
  return {
    ...identity,
    reachable: true,
    bridgeGateways: Object.values(machine.networks).map(({ gateway }) => gateway),
    guarded: machine.guarded,
    containers: Object.values(machine.containers).map((container) => ({
      ...observeContainer(world, machine, container),
      typicalMiB: typical.get(container.name),
    })),
    volumes: Object.keys(machine.volumes).map((volume) => ({
      name: volume,
      protected: protectedVolumes.includes(volume),
    })),
  };
}

/** Ordinary use is an estimate of the catalogue; no world can measure it. */
function typicalUse(plan: Plan, host: string): ReadonlyMap<string, number> {
  const containers = plan.hosts.find(({ name }) => name === host)?.containers ?? [];
  return new Map(containers.map(({ name, typicalMiB }) => [name, typicalMiB]));
}

function volumesWith(stacks: Seen["stacks"], host: string, option: string): readonly unknown[] {
  const resources = stacks.find(({ name }) => name === host)?.resources ?? [];
  return resources
    .filter(({ type, raw }) => type === "docker:index/volume:Volume" && raw[option] === true)
    .map(({ id }) => id);
}

function observeContainer(
  world: World,
  machine: Machine,
  container: Container,
): Omit<ObservedContainer, "typicalMiB"> {
  const { running, healthy, degraded } = world.health(machine.name, container.name);
  const doors = world.doors(machine.name, container.name);
  return {
    name: container.name,
    image: container.image,
    running,
    healthy,
    degraded,
    ...(doors !== undefined && { doors }),
    healthCheck: container.healthcheck?.tests ?? [],
    entrypoint: container.entrypoints,
    command: container.command,
    environment: container.env,
    secretVariables: container.secret.env,
    labels: container.labels,
    networks: container.networkMode === "host" ? ["host"] : container.networks.map(({ name }) => name),
    published: container.ports.map(({ ip, external, internal }) => ({
      address: ip,
      port: external,
      target: internal,
    })),
    listens: world
      .listeners(machine.name, container.name)
      .filter(({ protocol }) => protocol === "tcp")
      .map(({ address, port }) => ({ address, port })),
    volumes: container.mounts
      .filter(({ kind }) => kind === "volume")
      .map(({ source, target }) => ({ name: source, path: target })),
    memoryMiB: container.memory,
    memorySwapMiB: container.memorySwap,
    files: container.files.map(({ path, content }) => ({ path, content })),
    secretFiles: container.secret.files,
  };
}

function observeTunnel(world: World, id: string): ObservedTunnel {
  const { tunnels, tunnelConfigs } = world.state.cloudflare;
  const rules = tunnelConfigs[id]?.ingresses ?? [];
  return {
    id,
    name: tunnels[id]?.name ?? id,
    deleted: tunnels[id]?.deletedAt !== "",
    ingress: rules.map(({ hostname, service, path }) => ({
      hostname: hostname === "" ? undefined : hostname,
      service,
      ...(path !== "" && { path }),
    })),
    connectors: world.connectors(id),
  };
}

function observeTailnet({ state }: World, plan: Plan): Observed["tailnet"] {
  const ours = new Set(plan.hosts.map(({ name }) => state.machines[name]?.deviceId));
  return {
    policy: parsed(state.tailscale.policy),
    devices: Object.values(state.tailscale.devices).map(({ id, hostname, address, tags }) => ({
      name: hostname,
      address,
      tags,
      isHost: ours.has(id),
    })),
  };
}

/** A policy that is not HuJSON is handed on as it is: the promises then say that they do not understand it. */
function parsed(policy: string): unknown {
  try {
    return parsePolicyText(policy);
  } catch (error) {
    if (!(error instanceof PolicyTextError)) throw error;
    return policy;
  }
}

function observeFirewalls({ state }: World, plan: Plan): Observed["firewalls"] {
  return plan.hosts.flatMap(({ name }) => {
    const server = Object.values(state.hetzner.servers).find(
      ({ id }) => id === state.machines[name]?.serverId,
    );
    const firewalls = (server?.firewallIds ?? []).flatMap((id) => state.hetzner.firewalls[id] ?? []);
    return firewalls.map(({ rules }) => ({
      host: name,
      inbound: rules
        .filter(({ direction }) => direction === "in")
        .map(({ protocol, port, sourceIps }) => ({
          protocol,
          port: port === "" ? undefined : port,
          sources: sourceIps,
        })),
    }));
  });
}
