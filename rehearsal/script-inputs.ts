import type { ScriptInput } from "../operations/sign-on/applications.ts";
import type { WorldState } from "./world/state.ts";

/** What scripts in a host's containers were given and ended well, oldest first; a host is the stack of its name. */
export function scriptInputs(
  { commands }: Pick<WorldState, "commands">,
  host: string,
): readonly ScriptInput[] {
  return Object.entries(commands)
    .filter(([urn]) => urn.startsWith(`urn:pulumi:${host}::`))
    .flatMap(([, runs]) => runs)
    .filter(({ operation, exitCode }) => operation !== "delete" && exitCode === 0)
    .toSorted((a, b) => a.at.localeCompare(b.at))
    .map(({ command, stdin }) => ({ container: containerOf(command), text: stdin }));
}

/** `timeout 60 docker exec -i -u git forgejo sh -s` → `forgejo`; empty for a command that enters no container. */
function containerOf(command: string): string {
  return /\bdocker exec(?: -i| -u \S+)* ([\w-]+)/.exec(command)?.[1] ?? "";
}
