import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import { EngineFailure } from "../../rehearsal/engine/failure.ts";
import { findEngine } from "../../rehearsal/engine/find.ts";
import type { FoundEngine } from "../../rehearsal/engine/found.ts";
import { type Operation, Recorder } from "../../rehearsal/engine/operation.ts";
import { resourcesIn } from "../../rehearsal/engine/state.ts";
import { installationRoot } from "../../rehearsal/engine/workspace.ts";
import { type Run, record, type StackAccess } from "./stack-access.ts";

/** There is no such stack in the backend. */
class NoStackError extends Error {
  readonly exitCode = 64;
}

export interface OpenOptions {
  /** Left out: the one that the rehearsal would use, or get. */
  readonly engine?: FoundEngine;
  /** More than this process's own. */
  readonly environment?: Record<string, string>;
}

/**
 * A real stack: the program of this repository run inline, with the user's own backend, credentials and environment.
 * @throws NoStackError, NoEngineError
 */
export async function openRealStack(
  name: string,
  projectDir: string,
  options: OpenOptions = {},
): Promise<StackAccess> {
  const engine = options.engine ?? (await findEngine({ progress: (step) => console.error(step) }));
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-engine-"));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  try {
    const pulumiCommand = await PulumiCommand.get({ root: rootOf(engine.command, folder) });
    const workspace = await LocalWorkspace.create({
      pulumiCommand,
      workDir: projectDir,
      program: async () => (await import("../../index.ts")).default(projectDir, undefined, "looked at"),
      envVars: { PULUMI_SKIP_UPDATE_CHECK: "true", ...options.environment },
    });
    const stack = await Stack.select(name, workspace).catch((error: unknown) => {
      if (!(error instanceof StackNotFoundError)) throw error;
      throw new NoStackError(
        `There is no stack "${name}" in the state back end. Make it with: pulumi stack init ${name}`,
      );
    });
    return new RealStack(stack, removeFolder);
  } catch (error) {
    removeFolder();
    throw error;
  }
}

const rootOf = (command: string, folder: string) =>
  basename(dirname(command)) === "bin"
    ? dirname(dirname(command))
    : installationRoot(command, { root: folder, work: folder, state: folder, home: folder });

type Wiring = { color: "never"; suppressOutputs: boolean } & Record<
  "onOutput" | "onError",
  (text: string) => void
> & {
    onEvent: Recorder["onEvent"];
  };

class RealStack implements StackAccess {
  readonly name: string;
  readonly #stack: Stack;
  readonly close: () => Promise<void>;

  constructor(stack: Stack, close: () => void) {
    this.name = stack.name;
    this.#stack = stack;
    this.close = async () => close();
  }

  preview: StackAccess["preview"] = (wishes = {}) =>
    this.#run("preview", (wiring) => this.#stack.preview({ ...wishes, ...wiring }));

  previewRefresh: StackAccess["previewRefresh"] = (wishes = {}) =>
    this.#run("previewRefresh", (wiring) => this.#stack.previewRefresh({ ...wishes, ...wiring }));

  async resources() {
    const { deployment } = await this.#stack.exportStack();
    return resourcesIn(JSON.stringify({ checkpoint: { latest: deployment ?? {} } }));
  }

  async secrets(): Promise<Record<string, string>> {
    const all = await this.#stack.getAllConfig();
    const prefix = "kitestacks:";
    const secret = Object.entries(all).filter(
      ([key, { secret }]) => secret === true && key.startsWith(prefix),
    );
    return Object.fromEntries(secret.map(([key, { value }]) => [key.slice(prefix.length), value]));
  }

  setSecret: StackAccess["setSecret"] = (path, value) =>
    this.#stack.setConfig(path, { value, secret: true }, true);

  outputs: StackAccess["outputs"] = () => this.#stack.outputs();

  #run(kind: Operation["kind"], work: (wiring: Wiring) => Promise<unknown>): Promise<Run> {
    return record(async (onStep) => {
      const recorder = new Recorder();
      const started = performance.now();
      const report = (): Operation => ({
        kind,
        stack: this.name,
        ...recorder.report(),
        seconds: (performance.now() - started) / 1000,
      });
      try {
        await work(wiring(recorder, onStep));
        return report();
      } catch (error) {
        throw new EngineFailure(report(), error);
      }
    });
  }
}

function wiring(recorder: Recorder, onStep: Recorder["onEvent"]): Wiring {
  return {
    color: "never",
    suppressOutputs: true,
    onEvent: (event) => {
      recorder.onEvent(event);
      onStep(event);
    },
    onOutput: (text) => {
      recorder.stdout += text;
    },
    onError: (text) => {
      recorder.stderr += text;
    },
  };
}
