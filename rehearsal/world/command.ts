import { Asset, type Properties, type Provider, ProviderError } from "../provider/provider.ts";
import { cliRefusal, type Refusal } from "./docker/cli.ts";
import { isFull } from "./docker/disk.ts";
import { closeDoors } from "./docker/doors.ts";
import { localDocker, machineOf } from "./effects.ts";
import { runOnHost } from "./host-shell.ts";
import { cloud, type ResourceKind } from "./kit/cloud.ts";
import type { PropertyRule } from "./kit/schema.ts";
import { record, sameMap, text, textMap } from "./kit/values.ts";
import type { CommandRun, Machine, WorldState } from "./state.ts";
import { sshTo } from "./tailscale/tailnet.ts";
import type { CommandEffect, Workings } from "./workings.ts";

const SHARED: Record<string, PropertyRule> = {
  create: {},
  update: {},
  delete: {},
  stdin: {},
  environment: { same: sameMap },
  logging: {},
  addPreviousOutputInEnv: {},
  // Any change of any other input runs `update` (or `create`) again.
  triggers: { replaces: true },
};

/** The machine that an SSH connection of the command provider reaches, or its error. */
function machineFor(state: WorldState, connection: Properties): Machine {
  const host = text(connection["host"]);
  const machine = sshTo(state, host, text(connection["user"]) || "root");
  if (!("problem" in machine)) return machine;
  const attempts = connection["dialErrorLimit"] ?? 10;
  throw new ProviderError(
    `error dialing: after ${String(attempts)} failed attempts: dial tcp ${host || "(no host)"}:${String(connection["port"] ?? 22)}: i/o timeout: ${machine.problem}`,
  );
}

/** In the words of Docker's command line, for a command that calls it. */
function noDocker({ text: command, environment }: Parameters<CommandEffect>[0]): Refusal | undefined {
  if (!/\bdocker\b/.test(command)) return undefined;
  const address = environment["DOCKER_HOST"] ?? localDocker;
  return {
    exitCode: 1,
    stderr: `Cannot connect to the Docker daemon at ${address}. Is the docker daemon running?\n`,
  };
}

/** What a failed command prints: its whole text and what it wrote, whatever `logging` says. */
function failure(run: CommandRun): ProviderError {
  const status =
    run.host === "local" ? `exit status ${run.exitCode}` : `Process exited with status ${run.exitCode}`;
  return new ProviderError(`${status}: running "${run.command}":\n${run.stdout}${run.stderr}`);
}

function execute(
  workings: Workings,
  urn: string,
  operation: CommandRun["operation"],
  host: string,
  inputs: Properties,
): Properties {
  const { state } = workings;
  const command =
    operation === "update" ? text(inputs["update"]) || text(inputs["create"]) : text(inputs[operation]);
  if (command === "") return { stdout: "", stderr: "" };
  const asked = {
    host,
    text: command,
    stdin: text(inputs["stdin"]),
    // What a local command finds in its environment is the shell's, and over it the command's own.
    environment: { ...(host === "local" && workings.environment), ...textMap(inputs["environment"]) },
  };
  const machine = machineOf(state, asked);
  const refused = machine ? cliRefusal(workings, machine, command) : noDocker(asked);
  const effects = refused
    ? [{ ...refused, stdout: "" }]
    : workings.effects.map((effect) => effect(asked, state)).filter((effect) => effect !== undefined);
  if (machine && !effects.some(({ exitCode }) => exitCode)) closeDoors(workings, machine, asked);
  const run: CommandRun = {
    at: state.clock,
    operation,
    host,
    command,
    stdin: asked.stdin,
    environment: textMap(inputs["environment"]),
    exitCode: effects.find((effect) => effect.exitCode)?.exitCode ?? 0,
    stdout: effects.map((effect) => effect.stdout ?? "").join(""),
    stderr: effects.map((effect) => effect.stderr ?? "").join(""),
  };
  state.commands[urn] = [...(state.commands[urn] ?? []), run];
  if (run.exitCode !== 0) throw failure(run);
  return { stdout: run.stdout, stderr: run.stderr };
}

function commandKind(
  workings: Workings,
  inputs: Record<string, PropertyRule>,
  isRemote: boolean,
): ResourceKind {
  const hostOf = (given: Properties): string => {
    if (!isRemote) return "local";
    machineFor(workings.state, record(given["connection"]));
    return text(record(given["connection"])["host"]);
  };
  return {
    secretOutputs: isRemote ? ["connection"] : [],
    schema: {
      inputs: { ...SHARED, ...inputs },
      outputs: ["stdout", "stderr"],
      outputsOfUpdate: ["stdout", "stderr"],
    },
    create({ urn, inputs: given }) {
      const outputs = execute(workings, urn, "create", hostOf(given), given);
      workings.mint.begin(urn);
      const prefix = isRemote ? "cmd-" : "local";
      return { id: `${prefix}${workings.mint.hex(urn, "id", 12)}`, outputs };
    },
    // What a command did is never looked at again.
    read: ({ state }) => ({ outputs: state }),
    update: ({ urn, news }) => ({ outputs: execute(workings, urn, "update", hostOf(news), news) }),
    delete({ urn, state }) {
      if (text(state["delete"]) === "") return;
      execute(workings, urn, "delete", hostOf(state), state);
    },
  };
}

function contentOf(source: Properties[string] | undefined): string {
  if (!(source instanceof Asset)) throw new ProviderError("source must be an asset or an archive");
  return "text" in source.source ? source.source.text : `content ${source.hash}`;
}

function copyKind(workings: Workings): ResourceKind {
  const copy = (inputs: Properties): void => {
    const machine = machineFor(workings.state, record(inputs["connection"]));
    if (isFull(machine))
      throw new ProviderError(`copying to ${text(inputs["remotePath"])}: no space left on device`);
    machine.files[text(inputs["remotePath"])] = contentOf(inputs["source"]);
  };
  return {
    secretOutputs: ["connection"],
    schema: {
      inputs: {
        connection: { required: true },
        source: { required: true },
        remotePath: { required: true },
        triggers: { replaces: true },
      },
      outputs: [],
    },
    create({ urn, inputs }) {
      copy(inputs);
      workings.mint.begin(urn);
      return { id: `copy-${workings.mint.hex(urn, "id", 12)}`, outputs: {} };
    },
    read: ({ state }) => ({ outputs: state }),
    update({ news }) {
      copy(news);
      return { outputs: {} };
    },
    // The copied file stays where it is.
    delete() {},
  };
}

/** `@pulumi/command`: what runs is recorded, not run; effects on the world come from `workings.effects`. */
export function commandProvider(workings: Workings): Provider {
  const local = { interpreter: {}, dir: {}, assetPaths: {}, archivePaths: {} };
  return cloud({
    kinds: {
      "command:remote:Command": commandKind(workings, { connection: { required: true } }, true),
      "command:local:Command": commandKind(workings, local, false),
      "command:remote:CopyToRemote": copyKind(workings),
    },
    invokes: { "command:local:run": { run: (args) => runOnHost(workings, args) } },
  });
}
