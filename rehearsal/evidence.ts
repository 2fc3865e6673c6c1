import type { Verdict } from "../promises/observed.ts";
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
  readonly simulated: readonly string[];
  readonly seconds: Performance["seconds"];
}

export function evidenceOf({ engine, stacks, verdicts, seconds }: Performance): Evidence {
  return {
    engine: { version: engine.version, source: engine.source },
    stacks: stacks.map((stack) => ({ ...stack, seconds: rounded(stack.seconds) })),
    promises: verdicts,
    simulated,
    seconds: rounded(seconds),
  };
}

/** To hundredths of a second. */
function rounded<T extends Readonly<Record<string, number>>>(seconds: T): T {
  return Object.fromEntries(
    Object.entries(seconds).map(([key, value]) => [key, Math.round(value * 100) / 100]),
  ) as T;
}
