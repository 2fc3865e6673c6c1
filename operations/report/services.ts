import { secondsOf } from "../../formats/duration.ts";
import { kinds } from "../stack/kinds.ts";
import type { Step } from "../stack/steps.ts";
import { type ContainerSeen, containerOf } from "./system.ts";

/** What happens to one service, in plain words. */
export interface ServiceChange {
  readonly name: string;
  readonly what: "is created" | "restarts" | "changes without a restart" | "is removed" | "is adopted";
  readonly why: string;
  /** Seconds without the service, estimated; undefined: none, or not for a moment but for good. */
  readonly away: { readonly about: number; readonly atMost: number } | undefined;
}

/** How a picture marks it: the Mermaid one of a comment, and the page. */
export const marks = {
  "is created": "created",
  "is adopted": "created",
  restarts: "changed",
  "changes without a restart": "changed",
  "is removed": "removed",
} as const satisfies Readonly<Record<ServiceChange["what"], string>>;

export function serviceChanges(steps: readonly Step[]): ServiceChange[] {
  return steps
    .filter(({ type, fate }) => type === kinds.container && fate !== "same")
    .map(serviceChange)
    .sort((a, b) => a.name.localeCompare(b.name));
}

function serviceChange(step: Step): ServiceChange {
  const before = step.before && containerOf(step.before.inputs);
  const after = step.after && containerOf(step.after.inputs);
  const name = after?.name ?? before?.name ?? step.name;
  if (step.fate === "create") return { name, what: "is created", why: after?.image ?? "", away: undefined };
  if (step.fate === "import") return { name, what: "is adopted", why: after?.image ?? "", away: undefined };
  if (step.fate === "delete")
    return { name, what: "is removed", why: "the program no longer has it", away: undefined };
  const why = reasons(step, before, after);
  if (step.fate === "update") return { name, what: "changes without a restart", why, away: undefined };
  return { name, what: "restarts", why, away: before && after && outage(before, after) };
}

const words: Readonly<Record<string, string>> = {
  envs: "environment",
  uploads: "files",
  ports: "published ports",
  volumes: "volumes",
  mounts: "mounted folders",
  command: "command",
  healthcheck: "health check",
  networksAdvanced: "networks",
  memory: "memory",
  memorySwap: "memory with swap",
};

function reasons(step: Step, before?: ContainerSeen, after?: ContainerSeen): string {
  const keys = new Set(
    [...step.replaceKeys, ...step.diffs]
      .map((path) => path.split(/[.[]/)[0] ?? "")
      .filter((key) => key !== ""),
  );
  if (keys.size === 0) return "something that it needs is replaced";
  return [...keys].map((key) => reason(key, before, after)).join(", ");
}

function reason(key: string, before?: ContainerSeen, after?: ContainerSeen): string {
  const word = words[key] ?? key;
  if (key === "image") return `image ${before?.image ?? "?"} → ${after?.image ?? "?"}`;
  if (key === "memory") return `memory ${before?.memoryMiB} → ${after?.memoryMiB} MiB`;
  if (key !== "envs") return word;
  const names = changedVariables(before?.environment ?? [], after?.environment ?? []);
  return `${word} (${names.length > 0 ? names.join(", ") : "a secret value"})`;
}

/** Names of the variables that differ; a secret one has no name here, only that it is one. */
function changedVariables(before: readonly string[], after: readonly string[]): string[] {
  const differing = [
    ...before.filter((one) => !after.includes(one)),
    ...after.filter((one) => !before.includes(one)),
  ];
  return [
    ...new Set(differing.map((one) => (one === "[secret]" ? "a secret value" : (one.split("=")[0] ?? one)))),
  ];
}

/** Stopping, removing, creating and starting a light container took 3 to 4 s on a real engine. */
const SWAP_SECONDS = 4;

/**
 * A replacement is an outage: the old container goes first, and the new one counts when its health check passes.
 * About: the swap, then half of what the catalogue allows for the start, at least one interval of the health check.
 * At most: the old one uses up its grace, the new one the whole start.
 */
function outage(before: ContainerSeen, after: ContainerSeen): { about: number; atMost: number } {
  const interval = Math.ceil(secondsOf(after.health?.interval ?? "0"));
  const start = Math.ceil(secondsOf(after.health?.startPeriod ?? "0"));
  return {
    about: SWAP_SECONDS + Math.max(interval, Math.round(start / 2)),
    atMost: SWAP_SECONDS + before.graceSeconds + start + interval,
  };
}

/** `45 s`, `2 min`, `2 min 30 s`. */
export function inWords(total: number): string {
  const [minutes, rest] = [Math.floor(total / 60), total % 60];
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
