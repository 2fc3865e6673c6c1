import type { FirstRunStep } from "../plan.ts";
import type { StepBody } from "./step.ts";

type Step = Pick<FirstRunStep, "name" | "service" | "purpose" | "limitSeconds">;

/**
 * What a step runs on its host. The provider prints the command and what it wrote when it fails, so the last line
 * tells what is missing and what to do. `timeout` ends with 124 when the limit has passed, Busybox's with 143.
 */
export function hostCommand(step: Step, { start, restartsAfterChange }: StepBody): string {
  const { name, purpose, limitSeconds } = step;
  const advice =
    `${name} failed (exit $code; 124 and 143 mean longer than ${limitSeconds} s). The service runs; what is missing: ${purpose}. ` +
    "The lines above say why; docs/first-run.md has the remedies. The next pulumi up tries again.";
  const script = [
    `said=$(timeout -k 10 ${limitSeconds} ${start(limitSeconds)}) || { code=$?; echo "$said"; echo "${advice}" >&2; exit $code; }`,
    'echo "$said"',
  ];
  return (restartsAfterChange ? withRestart(step, script) : script).join("\n");
}

/**
 * Starts the service again after a change. A mark in its container, gone with it, says from before the script until
 * after the start that one is owed: otherwise a run that broke off in between would be followed by one that changes
 * nothing and starts nothing, and the service would keep its old settings for ever.
 */
function withRestart({ name, service }: Step, script: readonly string[]): readonly string[] {
  const mark = "/tmp/kitestacks-restart";
  // Standard input is the script's.
  const inside = (words: string) => `docker exec ${service} sh -c '${words}' </dev/null`;
  const advice =
    `${name} is done, but ${service} did not start again and keeps its old settings. ` +
    "The line above says why; the next pulumi up tries again.";
  return [
    `owed=$(${inside(`test ! -e ${mark} || echo owed; : >${mark}`)})`,
    ...script,
    `case "$owed:$said" in`,
    `:*unchanged) ;;`,
    `*) timeout 120 docker restart ${service} || { code=$?; echo "${advice}" >&2; exit $code; } ;;`,
    "esac",
    inside(`rm ${mark}`),
  ];
}
