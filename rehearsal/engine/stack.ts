import {
  type DestroyOptions,
  type EngineEvent,
  type ImportOptions,
  type LocalWorkspace,
  type OutputMap,
  type PreviewOptions,
  type RefreshOptions,
  Stack,
  type UpOptions,
} from "@pulumi/pulumi/automation/index.js";
import { EngineFailure } from "./failure.ts";
import { isRunning, locksOf, removeDeadLocks } from "./locks.ts";
import { type Operation, Recorder } from "./operation.ts";
import { type PendingOperation, pendingIn, readState, resourcesIn, type StoredResource } from "./state.ts";

/** What every operation of the Automation API is told by us. */
interface Wiring {
  onEvent: (event: EngineEvent) => void;
  onOutput: (text: string) => void;
  onError: (text: string) => void;
  signal: AbortSignal;
  color: "never";
  suppressOutputs: boolean;
}

type Own = "onOutput" | "onError" | "signal" | "color";

/** How long an engine that was asked to stop may go on with what it is doing. */
const PATIENCE_MS = 3_000;

/** One stack of a rehearsal. Every operation throws an `EngineFailure` when the engine refuses or fails. */
export class StackSession {
  readonly name: string;
  readonly #stack: Stack;
  readonly #outputs: () => Promise<OutputMap>;
  readonly #project: string;
  readonly #stateFolder: string;
  readonly #running = new Map<Promise<unknown>, AbortController>();

  private constructor(stack: Stack, project: string, stateFolder: string) {
    this.#outputs = stack.outputs.bind(stack);
    // After each operation the API starts the engine up to three times more, for outputs and history that we read
    // from nowhere: half of the time that a small `up` takes.
    stack.outputs = async () => ({});
    stack.info = async () => undefined;
    this.name = stack.name;
    this.#stack = stack;
    this.#project = project;
    this.#stateFolder = stateFolder;
  }

  static async open(name: string, workspace: LocalWorkspace, stateFolder: string): Promise<StackSession> {
    const { name: project } = await workspace.projectSettings();
    const stack = await Stack.createOrSelect(name, workspace);
    return new StackSession(stack, project, stateFolder);
  }

  /** Sets configuration values by full key (`kitestacks:hcloudToken`), encrypted with the rehearsal's passphrase. */
  async setSecrets(values: Readonly<Record<string, string>>): Promise<void> {
    const secrets = Object.entries(values).map(([key, value]) => [key, { value, secret: true }]);
    await this.#stack.setAllConfig(Object.fromEntries(secrets));
  }

  /** Sets one value inside of a structured key, as `pulumi config set --secret --path` does. */
  setSecretAt(path: string, value: string): Promise<void> {
    return this.#stack.setConfig(path, { value, secret: true }, true);
  }

  up(options: Omit<UpOptions, Own> = {}): Promise<Operation> {
    return this.#run("up", options, (wiring) => this.#stack.up({ ...options, ...wiring }));
  }

  /** With `refresh: true, runProgram: true` this is the drift gate: what is not applied or no longer so. */
  preview(options: Omit<PreviewOptions, Own> = {}): Promise<Operation> {
    return this.#run("preview", options, (wiring) => this.#stack.preview({ ...options, ...wiring }));
  }

  /** Writes what is found into the state; the providers' answers, not the program's wishes. */
  refresh(options: Omit<RefreshOptions, Own> = {}): Promise<Operation> {
    return this.#run("refresh", options, (wiring) => this.#stack.refresh({ ...options, ...wiring }));
  }

  /** Only says what `refresh` would write. */
  previewRefresh(options: Omit<RefreshOptions, Own> = {}): Promise<Operation> {
    return this.#run("previewRefresh", options, (wiring) =>
      this.#stack.previewRefresh({ ...options, ...wiring }),
    );
  }

  /** Takes over what exists, by a list as `pulumi import --file` has it; nothing of it is changed. */
  async import(list: Pick<ImportOptions, "resources" | "nameTable">): Promise<void> {
    await this.#stack.import({ ...list, protect: false, generateCode: false });
  }

  destroy(options: Omit<DestroyOptions, Own> = {}): Promise<Operation> {
    return this.#run("destroy", options, (wiring) => this.#stack.destroy({ ...options, ...wiring }));
  }

  /** What `pulumi destroy` does first, and where it stops when something is protected; `destroy` here skips it. */
  previewDestroy(): Promise<Operation> {
    return this.#run("destroy", {}, (wiring) => this.#stack.previewDestroy(wiring));
  }

  /** The outputs in plain text, each with a mark whether it is secret. */
  outputs(): Promise<OutputMap> {
    return this.#outputs();
  }

  /** The state exactly as the backend keeps it, secrets encrypted; "" for a stack that was never brought up. */
  exportState(): string {
    return readState(this.#stateFolder, this.#project, this.name) ?? "";
  }

  resources(): StoredResource[] {
    return resourcesIn(readState(this.#stateFolder, this.#project, this.name));
  }

  /**
   * Kills the engine that runs `up`, `refresh` or `destroy` on this stack (SIGKILL, so that it cannot tidy up).
   * @returns its process id. @throws Error when none runs: a preview takes no lock and cannot be found.
   */
  killEngine(): number {
    const running = locksOf(this.#stateFolder, this.#project, this.name).find(({ pid }) => isRunning(pid));
    if (!running)
      throw new Error(`no engine holds the lock of stack "${this.name}", so there is none to kill`);
    process.kill(running.pid, "SIGKILL");
    return running.pid;
  }

  /**
   * Makes the stack usable after its engine was killed: removes the lock it left (what `pulumi cancel` does) and
   * tells which operations were under way. Seen with engine 3.259: the next `up` goes on, tries a pending create
   * again (so a resource that came to be is created a second time, or is in the way) and warns; the record itself
   * stays, and every `up` warns, until a `refresh` with `clearPendingCreates: true`.
   */
  recover(): { locksOf: number[]; pending: PendingOperation[] } {
    const locks = removeDeadLocks(this.#stateFolder, this.#project, this.name);
    return { locksOf: locks, pending: pendingIn(readState(this.#stateFolder, this.#project, this.name)) };
  }

  /** Stops what runs as Ctrl-C does; an engine that waits for a provider for too long is killed. */
  async end(): Promise<void> {
    for (const controller of this.#running.values()) controller.abort();
    const patience = setTimeout(() => this.endNow(), PATIENCE_MS);
    await Promise.allSettled(this.#running.keys());
    clearTimeout(patience);
  }

  /** Kills the engines that hold this stack's lock. */
  endNow(): void {
    const locks = locksOf(this.#stateFolder, this.#project, this.name);
    for (const { pid } of locks.filter((lock) => isRunning(lock.pid))) process.kill(pid, "SIGKILL");
  }

  async #run(
    kind: Operation["kind"],
    { onEvent }: { onEvent?: (event: EngineEvent) => void },
    work: (wiring: Wiring) => Promise<unknown>,
  ): Promise<Operation> {
    const recorder = new Recorder();
    const controller = new AbortController();
    const started = performance.now();
    const running = work({
      onEvent: (event) => {
        recorder.onEvent(event);
        onEvent?.(event);
      },
      onOutput: (text) => {
        recorder.stdout += text;
      },
      onError: (text) => {
        recorder.stderr += text;
      },
      signal: controller.signal,
      color: "never",
      suppressOutputs: true,
    });
    this.#running.set(running, controller);
    const report = (): Operation => ({
      kind,
      stack: this.name,
      ...recorder.report(),
      seconds: (performance.now() - started) / 1000,
    });
    try {
      await running;
      return report();
    } catch (error) {
      throw new EngineFailure(report(), error);
    } finally {
      this.#running.delete(running);
    }
  }
}
