import { isThing, kindOf, kinds } from "../stack/kinds.ts";
import type { Run } from "../stack/stack-access.ts";
import type { Step } from "../stack/steps.ts";
import type { Finding } from "./finding.ts";

/** What a refresh found to be gone or different. */
export function declaredFindings({ stack, steps }: Run): Finding[] {
  return steps
    .filter(({ fate, type }) => fate !== "same" && isThing(type))
    .map((step) => ({
      id: `${stack}/declared/${step.urn}`,
      kind: "declared" as const,
      what: kindOf(step.type),
      name: step.name,
      text: textOf(step),
      repair: `npx pulumi up --refresh --run-program --stack ${stack}`,
    }));
}

function textOf(step: Step): string {
  if (step.fate === "delete") return "is gone";
  if (step.type === kinds.container && step.diffs.includes("mustRun")) return "does not run";
  return `differs in ${differences(step)}`;
}

/** With both values where they are short and readable; a policy or a whole configuration is only named. */
function differences({ before, after, diffs }: Step): string {
  const keys = [...new Set(diffs.map((path) => path.split(/[.[]/)[0] ?? path))];
  const changed = keys.length > 0 ? keys : changedKeys(before?.outputs ?? {}, after?.outputs ?? {});
  return changed
    .map((key) => {
      const [old, now] = [before?.outputs[key], after?.outputs[key]];
      return isShort(old) && isShort(now) ? `${key}: ${String(old)} → ${String(now)}` : key;
    })
    .join(", ");
}

function changedKeys(before: Step["name"] | object, after: object): string[] {
  const [old, now] = [Object(before) as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]),
  );
}

const isShort = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value.length < 80);
