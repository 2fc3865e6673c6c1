import { randomBytes } from "node:crypto";
import { cpSync } from "node:fs";
import type { Observed, ObservedRun } from "../promises/observed.ts";
import type { Cast } from "./cast.ts";
import { type EngineSession, openEngine } from "./engine/engine.ts";
import { EngineFailure } from "./engine/failure.ts";
import type { FoundEngine } from "./engine/found.ts";
import type { Operation } from "./engine/operation.ts";
import type { StackSession } from "./engine/stack.ts";
import { observeWorld } from "./observe-world.ts";
import { outsideWorld } from "./outside-world.ts";
import { type ProviderServer, serveProviders } from "./provider/server.ts";
import { type Saved, writeSaved } from "./saved.ts";
import { secretValues, withPrefix } from "./secret-values.ts";
import { type StackFiles, writeStackFiles } from "./stack-files.ts";
import { createWorld, type World } from "./world/world.ts";

/** As the default export of index.ts: the folder of the stack files and the catalogue in, the outputs out. */
export type Program = (
  ...args: Parameters<typeof import("../index.ts").default>
) => Promise<Record<string, unknown>>;

export interface RehearsalOptions {
  readonly engine: FoundEngine;
  readonly cast: Cast;
  readonly program: Program;
  /** Folder of the repository, which build contexts are relative to. */
  readonly projectDir: string;
  /** Where to go on from; by default from empty accounts. */
  readonly saved?: Saved;
  /** Another world than the saved one, or than the one before the first `up`. */
  readonly world?: World;
  readonly passphrase?: string;
  /** More for the engine's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The real engine and the real program over a simulated world; what the scenarios and `npm start` play on. */
export class Rehearsal {
  readonly world: World;
  readonly history: ObservedRun[] = [];
  /** Seconds spent in the program's own code (registration included, waiting for the engine not). */
  programSeconds = 0;

  #cast: Cast;
  readonly #server: ProviderServer;
  readonly #engine: EngineSession;
  readonly #passphrase: string;

  private constructor(
    cast: Cast,
    world: World,
    server: ProviderServer,
    engine: EngineSession,
    passphrase: string,
  ) {
    this.#cast = cast;
    this.#passphrase = passphrase;
    this.world = world;
    this.#server = server;
    this.#engine = engine;
  }

  static async open(options: RehearsalOptions): Promise<Rehearsal> {
    const { cast, projectDir, saved } = options;
    const passphrase = options.passphrase ?? saved?.passphrase ?? randomBytes(18).toString("base64url");
    const world =
      options.world ??
      saved?.world ??
      createWorld(outsideWorld(cast.plan.settings, cast.secrets, projectDir));
    const server = await serveProviders(world.providers());
    let engine: EngineSession | undefined;
    try {
      engine = await openEngine({
        engine: options.engine,
        stackFilesDir: saved?.stackFilesDir ?? projectDir,
        debugProviders: server.debugProviders,
        program: () => rehearsal.#run(options.program),
        passphrase,
        env: { ...options.environment },
      });
      const rehearsal = new Rehearsal(cast, world, server, engine, passphrase);
      await rehearsal.#begin(saved);
      return rehearsal;
    } catch (error) {
      // A server that still listens would keep the process from ending.
      await engine?.close();
      await server.close();
      throw error;
    }
  }

  async #begin(saved: Saved | undefined): Promise<void> {
    if (saved) {
      this.write(this.#cast.files);
      cpSync(saved.stateDir, this.#engine.folders.state, { recursive: true });
      this.history.push(...saved.history);
      return;
    }
    // What is encrypted in an owner's stack files only their passphrase opens: nothing of it may stay.
    writeStackFiles(this.#engine.folders.work, {});
    this.write(this.#cast.files);
    const hub = await this.stack(this.#cast.plan.hub.name);
    await hub.setSecrets(withPrefix("kitestacks:", this.#cast.secrets));
  }

  get cast(): Cast {
    return this.#cast;
  }

  /** Goes on with other stack files or another catalogue, as after an edit; secrets that were given stay. */
  recast(cast: Cast): void {
    this.#cast = cast;
    this.write(cast.files);
  }

  /** Copies everything that is needed to go on from here into a folder, for `readSaved`. */
  save(folder: string): void {
    const { world, history } = this;
    writeSaved(folder, this.#engine.folders, {
      world: world.save(),
      passphrase: this.#passphrase,
      history,
    });
  }

  get engine(): FoundEngine {
    return this.#engine.engine;
  }

  /** PULUMI_DEBUG_PROVIDERS for another engine that is to meet this world. */
  get debugProviders(): string {
    return this.#server.debugProviders;
  }

  /** Seconds during which the world was answering. */
  get worldSeconds(): number {
    return this.#server.seconds();
  }

  stack(name: string): Promise<StackSession> {
    return this.#engine.stack(name);
  }

  /** `up` of one stack, remembered in the history whether it succeeds or not. */
  async up(name: string, kind: ObservedRun["kind"] = "up"): Promise<Operation> {
    const stack = await this.stack(name);
    // With its diff, as a person or a job prints it: an id that is a secret shows there.
    return this.#remember(kind, () => stack.up({ diff: true }));
  }

  /** What a refresh would find, without writing it down. */
  async refresh(name: string): Promise<Operation> {
    const stack = await this.stack(name);
    return this.#remember("refresh", () => stack.previewRefresh());
  }

  /** Everything the promises are judged on, as it is now. */
  async observe(): Promise<Observed> {
    const { plan, catalogue } = this.#cast;
    const sessions = await Promise.all(plan.hosts.map(({ name }) => this.stack(name)));
    const stacks = sessions
      .map((stack) => ({ name: stack.name, state: stack.exportState(), resources: stack.resources() }))
      .filter(({ state }) => state !== "");
    return observeWorld({
      world: this.world,
      plan,
      catalogue,
      stacks,
      secrets: await secretValues(await this.stack(plan.hub.name), this.#cast.secrets, this.world),
      history: this.history,
    });
  }

  async close(): Promise<void> {
    await this.#engine.close();
    await this.#server.close();
  }

  async #run(program: Program): Promise<Record<string, unknown>> {
    const started = performance.now();
    try {
      return await program(this.#engine.folders.work, this.#cast.catalogue, "rehearsed");
    } finally {
      this.programSeconds += (performance.now() - started) / 1000;
    }
  }

  async #remember(kind: ObservedRun["kind"], run: () => Promise<Operation>): Promise<Operation> {
    const before = [...this.world.state.volumesLost];
    const record = (operation: Operation, succeeded: boolean) =>
      this.history.push({
        stack: operation.stack,
        kind,
        succeeded,
        changes: operation.changes.map(({ urn, op }) => ({ urn, operation: op })),
        volumesDeleted: this.world.state.volumesLost.filter((volume) => !before.includes(volume)),
        printed: operation.stdout + operation.stderr,
        standingStill: this.#standingStill(operation.stack),
      });
    try {
      const operation = await run();
      record(operation, true);
      return operation;
    } catch (error) {
      if (error instanceof EngineFailure) record(error.operation, false);
      throw error;
    }
  }

  #standingStill(name: string): string[] {
    const { containers = [] } = this.#cast.plan.hosts.find((host) => host.name === name) ?? {};
    const there = this.world.state.machines[name]?.containers ?? {};
    return containers.map((container) => container.name).filter((one) => !there[one]?.running);
  }

  /**
   * Other stack files, which may be ones that the program refuses. The engine's copies lie in its own folder, so that
   * it never writes a salt into the real files.
   */
  write(files: StackFiles): void {
    writeStackFiles(this.#engine.folders.work, files);
  }
}
