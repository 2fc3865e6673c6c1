import { isAnyAddress } from "./addresses.ts";
import type { ObservedContainer, ObservedHost } from "./observed.ts";

/**
 * Whether the image comes from this repository, whatever registry, tag or digest: containers are recognised by what
 * they are, so that a renamed one cannot slip out of a promise.
 * @param repository its last parts, e.g. `goauthentik/server`
 */
export function hasImage(container: ObservedContainer, repository: string): boolean {
  const [reference = ""] = container.image.split("@");
  const name = reference.replace(/:[^/:]*$/, "");
  return name === repository || name.endsWith(`/${repository}`);
}

/** Running, and healthy if somebody asks it. */
export function serves({ running, healthy }: ObservedContainer): boolean {
  return running && healthy !== false;
}

/** Why `serves` is false. */
export function stateOf({ running }: ObservedContainer): string {
  return running ? "is not healthy" : "is not running";
}

export function listensEverywhere(container: ObservedContainer, port: number): boolean {
  return container.listens.some((socket) => socket.port === port && isAnyAddress(socket.address));
}

export function inHostNetwork({ networks }: ObservedContainer): boolean {
  return networks.includes("host");
}

/** A network on which Docker resolves container names: not the default bridge, whose DNS knows none. */
export function sharedNetwork(one: ObservedContainer, other: ObservedContainer): string | undefined {
  return one.networks.find(
    (network) => !["host", "none", "bridge"].includes(network) && other.networks.includes(network),
  );
}

/** A socket of the host itself that leads into a container. */
export interface Exposure {
  readonly container: ObservedContainer;
  readonly address: string;
  readonly port: number;
  /** Port inside the container. */
  readonly target: number;
  readonly how: "publishes" | "listens in the host's network on";
}

/** Published ports, and what listens in the host's network, where Docker's publish rules do not apply. */
export function exposuresOf(host: ObservedHost): readonly Exposure[] {
  return host.containers.flatMap((container): Exposure[] => {
    const published = container.published.map((entry) => ({
      container,
      ...entry,
      how: "publishes" as const,
    }));
    if (!inHostNetwork(container)) return published;
    return container.listens.map(({ address, port }) => ({
      container,
      address,
      port,
      target: port,
      how: "listens in the host's network on" as const,
    }));
  });
}

/** `100.64.0.2:5432`, `[::]:5432`. */
export function socket(address: string, port: number): string {
  return address.includes(":") && !address.startsWith("[") ? `[${address}]:${port}` : `${address}:${port}`;
}

export function on(container: ObservedContainer, host: ObservedHost): string {
  return `${container.name} on ${host.name}`;
}
