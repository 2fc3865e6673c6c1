import { exposuresOf, on, sharedNetwork, socket } from "./containers.ts";
import type { Findings } from "./findings.ts";
import type { ObservedContainer, ObservedHost } from "./observed.ts";

/** One Authentik server or worker. */
export interface Instance {
  readonly container: ObservedContainer;
  readonly host: ObservedHost;
}

/** A container, and the port its process is asked on. */
interface Place extends Instance {
  readonly port: number;
}

/** Whether all instances end up at one container of the hub, under whatever name each of them knows it. */
export function sameDatabase(
  instances: readonly Instance[],
  hosts: readonly ObservedHost[],
  hub: ObservedHost,
  { broken }: Findings,
): void {
  let first: Place | undefined;
  for (const instance of instances) {
    const { name, port } = address(instance);
    const shown = `${on(instance.container, instance.host)} takes its database from ${socket(name, port)}`;
    if (!hub.reachable && name === hub.tailnetAddress) continue;
    const place = follow(instance, hosts);
    if (place === undefined)
      broken.push(`${shown}, where no container answers, expected the database on ${hub.name}`);
    else if (place.host !== hub)
      broken.push(
        `${shown}, which is ${on(place.container, place.host)}, expected the database on ${hub.name}`,
      );
    else if (first !== undefined && (place.container !== first.container || place.port !== first.port))
      broken.push(`${shown}, which is ${describe(place)}, expected ${describe(first)} as for the others`);
    else first = place;
  }
}

function address({ container }: Instance): { readonly name: string; readonly port: number } {
  const { environment } = container;
  return {
    name: environment["AUTHENTIK_POSTGRESQL__HOST"] ?? "localhost",
    port: Number(environment["AUTHENTIK_POSTGRESQL__PORT"] ?? 5432),
  };
}

/** The same container has two names: its own on its networks, and the tailnet address from everywhere else. */
function follow(instance: Instance, hosts: readonly ObservedHost[]): Place | undefined {
  const { name, port } = address(instance);
  const neighbour = instance.host.containers.find(
    (other) => other.name === name && sharedNetwork(other, instance.container) !== undefined,
  );
  if (neighbour !== undefined) return { container: neighbour, host: instance.host, port };
  const host = hosts.find(({ tailnetAddress }) => tailnetAddress === name);
  const exposure = host && exposuresOf(host).find((at) => at.address === name && at.port === port);
  return host && exposure && { container: exposure.container, host, port: exposure.target };
}

function describe({ container, host, port }: Place): string {
  return `port ${port} of ${on(container, host)}`;
}
