import type { Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { factsFor } from "./process.ts";

const WITH_VALUE = ["-u", "--user", "-e", "--env", "-w", "--workdir", "--env-file", "--detach-keys"];

interface Exec {
  container: string;
  program: string;
}

/** Every `docker exec [options] CONTAINER PROGRAM` of a shell text; names in variables are left alone. */
function execsIn(text: string): Exec[] {
  return [...text.matchAll(/\bdocker\s+exec\s+([^\n;|&)]+)/g)].flatMap(([, rest = ""]) => {
    const words = rest.trim().split(/\s+/);
    while (words[0]?.startsWith("-")) {
      const option = words.shift() ?? "";
      if (WITH_VALUE.includes(option)) words.shift();
    }
    const [container = "", program = ""] = words.map((word) => word.replaceAll(/^['"]|['"]$/g, ""));
    return container === "" || container.includes("$") ? [] : [{ container, program }];
  });
}

/** Why a command's `docker exec` fails on a machine, in Docker's words, or undefined. */
export function execProblem(
  workings: Workings,
  machine: Machine,
  text: string,
): { exitCode: number; stderr: string } | undefined {
  for (const { container: name, program } of execsIn(text)) {
    const container = machine.containers[name];
    if (!container)
      return { exitCode: 1, stderr: `Error response from daemon: No such container: ${name}\n` };
    if (!container.running) {
      return {
        exitCode: 1,
        stderr: `Error response from daemon: Container ${container.id} is not running (${name})\n`,
      };
    }
    const tools = factsFor(workings, machine, container)?.tools ?? {};
    if (!(program in tools) && !((program.split("/").at(-1) ?? "") in tools)) {
      return {
        exitCode: 127,
        stderr: `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH (${name} has ${Object.keys(tools).join(", ") || "no tools"})\n`,
      };
    }
  }
  return undefined;
}
