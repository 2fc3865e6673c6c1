import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "../catalogue/catalogue.ts";
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
import { createWorld, type World } from "./world/world.ts";

type Program = typeof import("../index.ts").default;

export interface RehearsalOptions {
  readonly engine: FoundEngine;
  readonly cast: Cast;
  readonly program: Program;
  /** Folder of the repository, which build contexts are relative to. */
  readonly projectDir: string;
  /** A world to go on with; by default one before the first `up`. */
  readonly world?: World;
  readonly passphrase?: string;
}

/** The real engine and the real program over a simulated world; what the scenarios and `npm start` play on. */
export class Rehearsal {
  readonly world: World;
  readonly cast: Cast;
  readonly history: ObservedRun[] = [];
  /** Seconds spent in the program's own code (registration included, waiting for the engine not). */
  programSeconds = 0;

  readonly #server: ProviderServer;
  readonly #engine: EngineSession;

  private constructor(cast: Cast, world: World, server: ProviderServer, engine: EngineSession) {
    this.cast = cast;
    this.world = world;
    this.#server = server;
    this.#engine = engine;
  }

  static async open(options: RehearsalOptions): Promise<Rehearsal> {
    const { cast, projectDir } = options;
    const world = options.world ?? createWorld(outsideWorld(cast.plan.settings, cast.secrets, projectDir));
    const server = await serveProviders(world.providers());
    const engine = await openEngine({
      engine: options.engine,
      stackFilesDir: projectDir,
      debugProviders: server.debugProviders,
      program: () => rehearsal.#run(options.program),
      ...(options.passphrase !== undefined && { passphrase: options.passphrase }),
    });
    const rehearsal = new Rehearsal(cast, world, server, engine);
    rehearsal.#writeFiles();
    const hub = await engine.stack(cast.plan.hub.name);
    await hub.setSecrets(prefixed(cast.secrets));
    return rehearsal;
  }

  get engine(): FoundEngine {
    return this.#engine.engine;
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
    return this.#remember(kind, () => stack.up());
  }

  /** What a refresh would find, without writing it down. */
  async refresh(name: string): Promise<Operation> {
    const stack = await this.stack(name);
    return this.#remember("refresh", () => stack.previewRefresh());
  }

  /** Everything the promises are judged on, as it is now. */
  async observe(): Promise<Observed> {
    const { plan } = this.cast;
    const sessions = await Promise.all(plan.hosts.map(({ name }) => this.stack(name)));
    const stacks = sessions
      .map((stack) => ({ name: stack.name, state: stack.exportState(), resources: stack.resources() }))
      .filter(({ state }) => state !== "");
    return observeWorld({
      world: this.world,
      plan,
      catalogue,
      stacks,
      secrets: await this.#secretValues(),
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
      return await program(this.#engine.folders.work);
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

  /** From the hub's outputs, and what only the world knows: join keys and the tunnel's own secret. */
  async #secretValues(): Promise<Record<string, string>> {
    const hub = await this.stack(this.cast.plan.hub.name);
    const { shared } = hub.exportState() === "" ? {} : await hub.outputs();
    const { tailscale, cloudflare } = this.world.state;
    return {
      ...prefixedWith("provided.", this.cast.secrets),
      ...((shared?.value as { secrets?: Record<string, string> } | undefined)?.secrets ?? {}),
      ...Object.fromEntries(Object.values(tailscale.keys).map(({ id, key }) => [`join key ${id}`, key])),
      ...Object.fromEntries(
        Object.values(cloudflare.tunnels).map(({ name, secret }) => [`secret of tunnel ${name}`, secret]),
      ),
    };
  }

  /** The engine's copies lie in its own folder, so that it never writes a salt into the real files. */
  #writeFiles(): void {
    const { work } = this.#engine.folders;
    const old = readdirSync(work).filter((file) => /^Pulumi\..+\.yaml$/.test(file));
    for (const file of old) rmSync(join(work, file));
    for (const [file, text] of Object.entries(this.cast.files)) writeFileSync(join(work, file), text);
  }
}

const prefixed = (secrets: Readonly<Record<string, string>>) => prefixedWith("kitestacks:", secrets);

function prefixedWith(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}
