import { kindOf, kinds } from "../stack/kinds.ts";
import type { Step } from "../stack/steps.ts";
import { containerOf } from "./system.ts";

export interface Risk {
  /** The resource's name, as `--allow-data-loss` takes it. */
  readonly name: string;
  readonly kind: string;
  readonly what: string;
  readonly allowed: boolean;
}

/** What would be lost with each kind of thing that holds data, or that nobody can make again as it was. */
const losses: Readonly<Record<string, string>> = {
  [kinds.volume]: "its data",
  [kinds.server]: "the whole machine with its disk, every volume on it included",
  [kinds.tunnel]: "its id and token, which every connector and every DNS record uses",
  [kinds.primaryIp]: "the public address; Hetzner gives another one",
};

export interface RiskOptions {
  /** Names given with `--allow-data-loss`. */
  readonly allowed: readonly string[];
  /** Generated secrets that encrypt stored data: another value makes that data unreadable. */
  readonly encrypting: readonly string[];
}

/** Every replace or delete of something that holds data. */
export function dataAtRisk(steps: readonly Step[], { allowed, encrypting }: RiskOptions): Risk[] {
  const risks = steps.flatMap((step) => {
    const what = loss(step, encrypting);
    if (what === undefined) return [];
    return [{ name: step.name, kind: kindOf(step.type), what, allowed: allowed.includes(step.name) }];
  });
  // The engine tells in the order of arrival; the same change must give the same text.
  return risks.sort((a, b) => `${a.kind} ${a.name}`.localeCompare(`${b.kind} ${b.name}`));
}

function loss(step: Step, encrypting: readonly string[]): string | undefined {
  if (step.type === kinds.container) return lostMounts(step);
  if (step.fate !== "replace" && step.fate !== "delete") return undefined;
  const done = step.fate === "replace" ? "is replaced" : "is deleted";
  if (step.type.startsWith("random:")) {
    return encrypting.includes(step.name)
      ? `${done}: what was stored with the old value cannot be read any more`
      : undefined;
  }
  const lost = losses[step.type];
  if (lost === undefined) return undefined;
  return step.before?.retainOnDelete === true
    ? `${done} in the program; on the host it stays with its data, to be removed by hand`
    : `${done}: ${lost} would be lost`;
}

/** A container that keeps running without a volume it had writes its data into itself, and loses it at the next change. */
function lostMounts({ before, after }: Step): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const kept = containerOf(after.inputs).volumes;
  const lost = containerOf(before.inputs).volumes.filter((volume) => !kept.includes(volume));
  return lost.length === 0 ? undefined : `runs on without the volume ${lost.join(", ")}`;
}
