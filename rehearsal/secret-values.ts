import type { StackSession } from "./engine/stack.ts";
import type { World } from "./world/world.ts";

type Values = Readonly<Record<string, string>>;

/**
 * Every secret value of the system by name, to look for where none may be: what a person gave, what the hub's outputs
 * hold, and what only the world knows (join keys, the tunnel's own secret).
 */
export async function secretValues(hub: StackSession, given: Values, world: World): Promise<Values> {
  const { shared } = hub.exportState() === "" ? {} : await hub.outputs();
  const { tailscale, cloudflare } = world.state;
  return {
    ...withPrefix("provided.", given),
    ...((shared?.value as { secrets?: Values } | undefined)?.secrets ?? {}),
    ...Object.fromEntries(Object.values(tailscale.keys).map(({ id, key }) => [`join key ${id}`, key])),
    ...Object.fromEntries(
      Object.values(cloudflare.tunnels).map(({ name, secret }) => [`secret of tunnel ${name}`, secret]),
    ),
  };
}

export function withPrefix(prefix: string, values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}
