import type { Container, Machine, PublishedPort, WorldState } from "../state.ts";
import { deviceOf, isOnline, machineAt, mayConnect } from "../tailscale/tailnet.ts";
import type { Workings } from "../workings.ts";
import { listenersOf } from "./process.ts";

/** The bridge that every Docker has. */
const DEFAULT_GATEWAY = "172.17.0.1";

/** Addresses that a machine can bind to. */
export function addressesOf(state: WorldState, machine: Machine): string[] {
  const device = deviceOf(state, machine);
  const gateways = Object.values(machine.networks).map((network) => network.gateway);
  const tailnet = isOnline(state, device) ? [device.address] : [];
  return ["0.0.0.0", "127.0.0.1", DEFAULT_GATEWAY, ...gateways, ...tailnet, ...machine.addresses].filter(
    (one) => one !== "",
  );
}

function overlaps(a: string, b: string): boolean {
  return a === b || a === "0.0.0.0" || b === "0.0.0.0";
}

/** Every port that something already has on a machine: published ones and those of containers on the host's network. */
function takenPorts(
  workings: Workings,
  machine: Machine,
  except?: Container,
): (PublishedPort & { by: string })[] {
  const running = Object.values(machine.containers).filter((one) => one.running && one !== except);
  return running.flatMap((one) => {
    const published = one.ports.map((port) => ({ ...port, by: one.name }));
    if (one.networkMode !== "host") return published;
    const listened = listenersOf(workings, machine, one).map(({ address, port, protocol }) => ({
      ip: address,
      external: port,
      internal: port,
      protocol,
      by: one.name,
    }));
    return listened;
  });
}

export function clashOf(
  workings: Workings,
  machine: Machine,
  container: Container,
  wanted: { ip: string; external: number; protocol: string },
): string | undefined {
  return takenPorts(workings, machine, container).find(
    (taken) =>
      taken.external === wanted.external &&
      taken.protocol === wanted.protocol &&
      overlaps(taken.ip, wanted.ip),
  )?.by;
}

/** Whether a container accepts connections on a port of its own, at the given address of the machine if it uses the host's network. */
function accepts(
  workings: Workings,
  machine: Machine,
  container: Container,
  port: number,
  address: string,
): boolean {
  if (!container.running) return false;
  return listenersOf(workings, machine, container).some(
    (listener) =>
      listener.port === port &&
      (container.networkMode !== "host" || address === "" || overlaps(listener.address, address)),
  );
}

export interface Endpoint {
  machine: Machine;
  container: Container;
}

/** What answers at an address and port of a machine: a published port or a listener on the host's network. */
function atAddress(
  workings: Workings,
  machine: Machine,
  address: string,
  port: number,
): Endpoint | undefined {
  for (const container of Object.values(machine.containers)) {
    if (!container.running) continue;
    const published = container.ports.find((one) => one.external === port && overlaps(one.ip, address));
    if (published && accepts(workings, machine, container, published.internal, ""))
      return { machine, container };
    if (container.networkMode === "host" && accepts(workings, machine, container, port, address)) {
      return { machine, container };
    }
  }
  return undefined;
}

function byName(machine: Machine, from: Container, name: string): Container | undefined {
  const shared = from.networks.map((network) => network.name);
  return Object.values(machine.containers).find((other) =>
    other.networks.some(
      (network) => shared.includes(network.name) && (other.name === name || network.aliases.includes(name)),
    ),
  );
}

/**
 * What a container reaches when it connects to `host:port`: by container name on a network of its own, by an address
 * of its machine, or over the tailnet if the policy in force allows it.
 */
export function reach(
  workings: Workings,
  machine: Machine,
  from: Container,
  host: string,
  port: number,
): Endpoint | { problem: string } {
  const { state } = workings;
  if (from.networkMode !== "host") {
    const named = byName(machine, from, host);
    if (named) {
      if (accepts(workings, machine, named, port, "")) return { machine, container: named };
      return {
        problem: `${host}:${port}: connection refused (container ${named.name} does not listen there)`,
      };
    }
  }
  const extra = from.hosts.find((entry) => entry.host === host)?.ip;
  const address = extra === "host-gateway" ? DEFAULT_GATEWAY : (extra ?? host);
  if (!/^[\d.]+$/.test(address))
    return { problem: `${host}: no such host (no container of that name on its networks)` };
  if (addressesOf(state, machine).includes(address)) {
    const local = atAddress(workings, machine, address, port);
    return (
      local ?? {
        problem: `${address}:${port}: connection refused (nothing listens there on ${machine.name})`,
      }
    );
  }
  const other = machineAt(state, address);
  if (!other)
    return { problem: `${address}:${port}: i/o timeout (no device at that address on the tailnet)` };
  if (!mayConnect(state, machine, address, port)) {
    return {
      problem: `${address}:${port}: i/o timeout (the tailnet policy does not let ${machine.name} connect)`,
    };
  }
  const remote = atAddress(workings, other, address, port);
  return (
    remote ?? { problem: `${address}:${port}: connection refused (nothing listens there on ${other.name})` }
  );
}
