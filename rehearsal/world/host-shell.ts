import { type Properties, ProviderError } from "../provider/provider.ts";
import { healthOf } from "./docker/health.ts";
import { factsFor } from "./docker/process.ts";
import { start } from "./docker/start.ts";
import { localDocker, machineOf } from "./effects.ts";
import { list, text, textMap } from "./kit/values.ts";
import type { Container, Machine } from "./state.ts";
import { sshTo } from "./tailscale/tailnet.ts";
import type { Workings } from "./workings.ts";

/**
 * `local.run` of the command provider, as far as the program uses it: a script for the `sh -s` of a host, over ssh
 * or beside a local Docker. A line that no host here knows is refused, so that nothing is taken for answered.
 */
export function runOnHost(workings: Workings, args: Properties): Properties {
  const fail = (status: number, said: string) =>
    new ProviderError(`exit status ${status}: running "${text(args["command"])}":\n${said}`);
  if (text(args["command"]) !== "sh -s")
    throw fail(127, "the rehearsal runs sh -s with a script and nothing else");
  const found = machineFor(workings, args);
  if ("problem" in found) throw fail(found.status, found.problem);
  const lines = text(args["stdin"]).split("\n");
  const stdout = lines
    .filter((line) => line !== "")
    .map((line) => {
      const answer = answers.find(({ asks }) => asks.test(line));
      if (answer === undefined) throw fail(127, `the rehearsal's hosts do not know the line: ${line}`);
      return answer.with(workings, found, asksIn(answer.asks, line));
    })
    .join("\n");
  return { ...args, stdout, stderr: "" };
}

interface NotReached {
  problem: string;
  status: number;
}

function machineFor({ state, environment }: Workings, args: Properties): Machine | NotReached {
  const interpreter = list(args["interpreter"]).map(text);
  if (interpreter.length === 0) {
    const asked = { ...environment, ...textMap(args["environment"]) };
    const address = asked["DOCKER_HOST"] ?? localDocker;
    const machine = machineOf(state, { host: "local", environment: asked });
    return (
      machine ?? {
        status: 1,
        problem: `Cannot connect to the Docker daemon at ${address}. Is the docker daemon running?`,
      }
    );
  }
  const [program = "", ...words] = interpreter;
  if (program !== "ssh") return { status: 127, problem: `the rehearsal has no ${program}` };
  const machine = sshTo(state, words.at(-1) ?? "", words[words.indexOf("-l") + 1] ?? "root");
  if ("problem" in machine) return { status: 255, problem: machine.problem };
  if (machine.docker === "") return { status: 127, problem: "sh: 2: docker: not found" };
  return machine;
}

type Answer = (workings: Workings, machine: Machine, asked: string) => string;

const asksIn = (pattern: RegExp, line: string) => pattern.exec(line)?.[1] ?? "";

const answers: readonly { readonly asks: RegExp; readonly with: Answer }[] = [
  { asks: /^echo '([^']*)'$/, with: (_workings, _machine, words) => words },
  {
    asks: /^docker ps --all --format '\{\{\.Names\}\}\|\{\{\.Status\}\}' \|\| exit$/,
    with: (workings, machine) =>
      Object.values(machine.containers)
        .map((container) => `${container.name}|${statusOf(workings, machine, container)}`)
        .join("\n"),
  },
  {
    asks: /^df -Pk "\$\(docker info --format '\{\{\.DockerRootDir\}\}'\)"/,
    with: (_workings, machine) => df(machine),
  },
  { asks: /^cat \/proc\/meminfo\b/, with: meminfo },
  {
    asks: /^docker start ([^&|;]+) 2>&1 \|\| :$/,
    with: (workings, machine, names) =>
      names
        .split(" ")
        .map((name) => startByHand(workings, machine, name))
        .join("\n"),
  },
];

/** In Docker's words; one whose creation failed was never started. */
function statusOf(workings: Workings, machine: Machine, container: Container): string {
  if (!container.running) return container.createProblem === "" ? "Exited (137) 1 hour ago" : "Created";
  const { healthy } = healthOf(workings, machine, container);
  if (healthy === undefined) return "Up 2 hours";
  return `Up 2 hours (${healthy ? "healthy" : "unhealthy"})`;
}

function df({ diskMiB, freeDiskMiB }: Machine): string {
  const used = (diskMiB - freeDiskMiB) * 1024;
  return `Filesystem     1024-blocks      Used Available Capacity Mounted on
/dev/sda1 ${diskMiB * 1024} ${used} ${freeDiskMiB * 1024} ${Math.round((100 * used) / (diskMiB * 1024))}% /`;
}

/** What containers and other programs do not have; what goes beyond the RAM is in the swap. */
function meminfo(workings: Workings, machine: Machine): string {
  const running = Object.values(machine.containers).filter((container) => container.running);
  const used = running.reduce(
    (total, container) => total + (factsFor(workings, machine, container)?.minimumMiB ?? 0),
    machine.takenMiB,
  );
  const ram = Math.max(0, machine.ramMiB - used);
  const swap = Math.max(0, Math.min(machine.swapMiB, machine.ramMiB + machine.swapMiB - used));
  return `MemTotal: ${machine.ramMiB * 1024} kB
MemAvailable: ${ram * 1024} kB
SwapTotal: ${machine.swapMiB * 1024} kB
SwapFree: ${swap * 1024} kB`;
}

function startByHand(workings: Workings, machine: Machine, name: string): string {
  const container = machine.containers[name];
  if (container === undefined) return `Error response from daemon: No such container: ${name}`;
  try {
    start(workings, machine, container);
    return name;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return error.message.replace(/^Unable to start container: /, "");
  }
}
