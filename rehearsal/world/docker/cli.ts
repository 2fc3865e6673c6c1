import { ProviderError } from "../../provider/provider.ts";
import type { Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { factsOfImage, pull } from "./images.ts";
import { factsFor } from "./process.ts";

/** What Docker's command line answers when it refuses. */
export interface Refusal {
  exitCode: number;
  stderr: string;
}

const EXEC_WITH_VALUE = ["-u", "--user", "-e", "--env", "-w", "--workdir", "--env-file"];
const RUN_WITHOUT_VALUE = [
  "--rm",
  "-i",
  "-t",
  "-it",
  "-d",
  "--detach",
  "--init",
  "--read-only",
  "--privileged",
  "--interactive",
];

/** The words after every `docker exec` or `docker run` of a shell text. */
function callsOf(text: string, verb: "exec" | "run"): string[][] {
  const pattern = new RegExp(`\\bdocker\\s+${verb}\\s+([^\\n;|&)]+)`, "g");
  return [...text.matchAll(pattern)].map(([, rest = ""]) =>
    rest
      .trim()
      .split(/\s+/)
      .map((word) => word.replaceAll(/^['"]|['"]$/g, "")),
  );
}

/** Options with their values, and what follows them. */
function split(
  words: string[],
  hasValue: (option: string) => boolean,
): { options: Map<string, string>; rest: string[] } {
  const options = new Map<string, string>();
  let at = 0;
  while (words[at]?.startsWith("-")) {
    const [name = "", inline] = (words[at] ?? "").split(/=(.*)/);
    const value = inline ?? (hasValue(name) ? (words[at + 1] ?? "") : "");
    options.set(name, value);
    at += inline === undefined && hasValue(name) ? 2 : 1;
  }
  return { options, rest: words.slice(at) };
}

function missing(tools: object, program: string, where: string): Refusal | undefined {
  if (program in tools || (program.split("/").at(-1) ?? "") in tools) return undefined;
  const known = Object.keys(tools).join(", ") || "no tools";
  return {
    exitCode: 127,
    stderr: `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH (${where} has ${known})\n`,
  };
}

function daemon(message: string): Refusal {
  return { exitCode: 1, stderr: `Error response from daemon: ${message}\n` };
}

function execRefusal(workings: Workings, machine: Machine, words: string[]): Refusal | undefined {
  const { rest } = split(words, (option) => EXEC_WITH_VALUE.includes(option));
  const [name = "", ...command] = rest;
  // Names in shell variables are not followed.
  if (name === "" || name.includes("$")) return undefined;
  const container = machine.containers[name];
  if (!container) return daemon(`No such container: ${name}`);
  if (!container.running) return daemon(`Container ${container.id} is not running (${name})`);
  const tools = factsFor(workings, machine, container)?.tools ?? {};
  return programsOf(command)
    .map((program) => missing(tools, program, name))
    .find((refusal) => refusal !== undefined);
}

/** `timeout -k 5 60 sh -s` needs two programs. */
function programsOf([program = "", ...words]: string[]): string[] {
  if (program !== "timeout") return [program];
  const [, ...rest] = split(words, (option) => option === "-k").rest;
  return [program, ...programsOf(rest)];
}

function runRefusal(workings: Workings, machine: Machine, words: string[]): Refusal | undefined {
  const { options, rest } = split(words, (option) => !RUN_WITHOUT_VALUE.includes(option));
  const [reference = "", first = ""] = rest;
  if (reference === "" || reference.includes("$")) return undefined;
  const network = options.get("--network") ?? options.get("--net") ?? "bridge";
  if (!["bridge", "host", "none"].includes(network) && !machine.networks[network]) {
    return daemon(`network ${network} not found`);
  }
  const built = Object.values(machine.images).find((image) => image.reference === reference);
  try {
    const image = built ?? pull(workings, machine, reference);
    const program = options.get("--entrypoint") ?? first;
    return program === ""
      ? undefined
      : missing(factsOfImage(workings, image)?.tools ?? {}, program, reference);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return daemon(error.message);
  }
}

/** Why a command's `docker exec` or `docker run` fails on a machine, in Docker's words, or undefined. */
export function cliRefusal(workings: Workings, machine: Machine, text: string): Refusal | undefined {
  const execs = callsOf(text, "exec").map((words) => execRefusal(workings, machine, words));
  const runs = callsOf(text, "run").map((words) => runRefusal(workings, machine, words));
  return [...execs, ...runs].find((refusal) => refusal !== undefined);
}
