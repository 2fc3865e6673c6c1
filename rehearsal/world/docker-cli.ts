import { factsOf } from "./image-facts.ts";
import type { Machine } from "./state.ts";

/** What Docker's command line would refuse of a command, or undefined. Only `docker exec` and `docker run` are known. */
export function dockerRefusal(machine: Machine | undefined, command: string): string | undefined {
  const exec = /\bdocker exec (?:-i |-u \S+ )*(\S+) (\S+)/.exec(command);
  if (exec) return machine ? refusedExec(machine, exec[1] ?? "", exec[2] ?? "") : noDocker;
  const run = /\bdocker run (.*) --network (\S+) .*--entrypoint (\S+) (\S+)/.exec(command);
  if (run) return machine ? refusedRun(machine, run[2] ?? "", run[3] ?? "", run[4] ?? "") : noDocker;
  return undefined;
}

const noDocker = "Cannot connect to the Docker daemon. Is the docker daemon running?";

function refusedExec(machine: Machine, name: string, program: string): string | undefined {
  const container = machine.containers[name];
  if (container === undefined) return `Error response from daemon: No such container: ${name}`;
  if (!container.running) return `Error response from daemon: container ${name} is not running`;
  return missingProgram(factsOf(container.image)?.tools, program);
}

/** An image that the machine does not have could not be pulled either: it is one that was built there. */
function refusedRun(machine: Machine, network: string, program: string, image: string): string | undefined {
  if (machine.networks[network] === undefined)
    return `Error response from daemon: network ${network} not found`;
  const found = Object.values(machine.images).find(({ reference }) => reference === image);
  if (found === undefined) return `Unable to find image '${image}:latest' locally: pull access denied`;
  return missingProgram(factsOf(found.build?.base ?? found.reference)?.tools, program);
}

function missingProgram(tools: object | undefined, program: string): string | undefined {
  if (tools === undefined || program in tools) return undefined;
  return `OCI runtime exec failed: exec failed: exec: "${program}": executable file not found in $PATH`;
}

/** `$name` and `${name}` replaced by what a shell script in the same text assigns, or its environment. */
export function expanded(text: string, environment: Readonly<Record<string, string>>): string {
  const assigned = Object.fromEntries(
    [...text.matchAll(/^(\w+)='([^']*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  return text.replaceAll(
    /\$\{?(\w+)\}?/g,
    (whole, name: string) => environment[name] ?? assigned[name] ?? whole,
  );
}
