import type { Mutation } from "./mutation.ts";
import type { Outcome } from "./play.ts";

/** Why a bug was not caught by name, in one line; `undefined` when it was. */
export function survives({ caughtBy }: Mutation, outcome: Outcome): string | undefined {
  if ("failure" in caughtBy) {
    if (!("failure" in outcome)) return `every up succeeded, expected one to fail with “${caughtBy.failure}”`;
    if (outcome.failure.includes(caughtBy.failure)) return undefined;
    return `an up failed, but not with “${caughtBy.failure}”: ${outcome.failure.slice(0, 1000)}`;
  }
  if ("failure" in outcome) return `an up failed: ${outcome.failure.slice(0, 1000)}`;
  const broken = outcome.verdicts.filter(({ verdict }) => verdict === "broken");
  const ids = broken.map(({ id }) => id);
  const evidence = broken.flatMap((verdict) => verdict.evidence);
  if (ids.join() !== caughtBy.broken.join()) {
    return `broken are ${ids.join(", ") || "none"}, expected ${caughtBy.broken.join(", ") || "none"}: ${evidence.join("; ").slice(0, 1000)}`;
  }
  if (ids.length === 0 || evidence.some((line) => line.includes(caughtBy.words))) return undefined;
  return `${ids.join(", ")} broken, but not with “${caughtBy.words}”: ${evidence.join("; ").slice(0, 1000)}`;
}
