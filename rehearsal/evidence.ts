import type { Observed, Verdict } from "../promises/observed.ts";
import type { Performance, StackTimes } from "./perform.ts";

/** What the rehearsal replaces; said wherever its result is shown. */
export const simulated = [
  "Docker daemons",
  "Hetzner",
  "Cloudflare",
  "Tailscale",
  "random values",
  "remote commands",
] as const;

/** The file that `npm start -- --json FILE` writes. */
export interface Evidence {
  readonly engine: { readonly version: string; readonly source: string };
  readonly stacks: readonly StackTimes[];
  readonly promises: readonly Verdict[];
  /** Healthy containers that do not reach something they are set to use; no promise speaks of it. */
  readonly degraded: readonly string[];
  readonly simulated: readonly string[];
  readonly seconds: Performance["seconds"];
}

export function evidenceOf({ engine, stacks, observed, verdicts, seconds }: Performance): Evidence {
  return {
    engine: { version: engine.version, source: engine.source },
    stacks: stacks.map((stack) => ({ ...stack, seconds: rounded(stack.seconds) })),
    promises: verdicts,
    degraded: degradedOf(observed),
    simulated,
    seconds: rounded(seconds),
  };
}

/** `karakeep on <host>: its search engine is out of reach …`, one sentence for each lack. */
export function degradedOf({ hosts }: Observed): readonly string[] {
  return hosts.flatMap(({ name: host, containers }) =>
    containers.flatMap(({ name, degraded = [] }) => degraded.map((lack) => `${name} on ${host}: ${lack}`)),
  );
}

/** To hundredths of a second. */
function rounded<T extends Readonly<Record<string, number>>>(seconds: T): T {
  return Object.fromEntries(
    Object.entries(seconds).map(([key, value]) => [key, Math.round(value * 100) / 100]),
  ) as T;
}
