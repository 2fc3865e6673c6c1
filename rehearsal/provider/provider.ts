/**
 * What a simulated cloud implements to stand under the real Pulumi engine. `server.ts` turns the engine's gRPC
 * calls into calls of this interface; nothing here knows of gRPC or of how values travel.
 */

/** A value that is not known yet: an output of a resource that this preview only plans to create or change. */
export class Unknown {
  readonly #brand = true;
  static is(value: unknown): value is Unknown {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
  toJSON(): string {
    return "<unknown>";
  }
}

/** The one instance of `Unknown`; compare with `===` or ask `Unknown.is`. */
export const UNKNOWN: Unknown = new Unknown();

/** A file, directory or text given as `pulumi.asset.*`. The engine leaves the content out (`elided`) in diff and read. */
export class Asset {
  readonly kind: "asset" | "archive";
  /** SHA-256 of the content in hex, computed by the engine; `""` when the engine did not send one. */
  readonly hash: string;
  readonly source:
    | { text: string }
    | { path: string }
    | { uri: string }
    | { assets: Properties }
    | { elided: true };
  constructor(kind: "asset" | "archive", hash: string, source: Asset["source"]) {
    this.kind = kind;
    this.hash = hash;
    this.source = source;
  }
}

/** Another resource given as a value. `id` is `""` for a component, `UNKNOWN` while it is not created. */
export class ResourceReference {
  readonly urn: string;
  readonly id: string | Unknown;
  constructor(urn: string, id: string | Unknown) {
    this.urn = urn;
    this.id = id;
  }
}

/**
 * Plain property values as the engine sends them: JSON-like, plus `Unknown` (only during a preview), assets and
 * resource references. Secret wrappers are removed and remembered by the server (`secretPaths`).
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | Value[]
  | { [key: string]: Value }
  | Unknown
  | Asset
  | ResourceReference;

export type Properties = { [key: string]: Value };

/**
 * One provider instance of the program with the arguments it was CONFIGURED with, e.g. the Docker host. Lists and
 * objects are as the program gave them, but the SDK sends every other value as a string: "true", "4".
 */
export interface Instance {
  /** The package name: "docker", "hcloud". */
  package: string;
  urn: string;
  /** The name that the program gave it; "default_5_2_0" or the like for a default provider. */
  name: string;
  config: Properties;
}

export interface CheckFailure {
  property: string;
  reason: string;
}

export interface DiffResult {
  changes: "none" | "some";
  /** Property paths that make it a replacement; empty means an update in place. */
  replaces: string[];
  deleteBeforeReplace: boolean;
  /** Every property path that changed, those of `replaces` included. */
  diffs: string[];
}

export interface ResourceCall {
  instance: Instance;
  urn: string;
  /** The type token: "docker:index/container:Container". */
  type: string;
  /** The name that the program gave it (the last part of the URN). */
  name: string;
  /**
   * Where a secret stood in the inputs of this call (the state's for `delete` and `read`): "password",
   * "envs[3]", "uploads[0].content". The values themselves are plain everywhere in the call.
   */
  secretPaths: string[];
}

/**
 * What a simulated cloud implements. Every method may throw a `ProviderError` for a refusal: its message reaches
 * the user unchanged. Any other error is a fault of the simulation and is reported as such.
 *
 * Secrets: an input that came as a secret is answered as a secret wherever the answer has the same property (of a
 * list, the same elements, or the whole list when its secrets moved), and so is every property that
 * `secretOutputs` names. A value that an implementation copies to a property of another name lands in the state
 * in plain text, as with a real provider.
 */
export interface Provider {
  /** Refuses provider arguments, e.g. a token of the wrong form. `config` may hold `Unknown`. */
  checkConfig?(instance: { package: string; urn: string }, config: Properties): CheckFailure[];
  configure?(instance: Instance): Promise<void> | void;
  /** `inputs` are what the later calls get: put defaults and auto-generated names here. */
  check(
    call: ResourceCall & { olds: Properties; news: Properties; randomSeed: Uint8Array },
  ): Promise<{ inputs: Properties; failures: CheckFailure[] }>;
  /** `olds` is the state. Properties named by `ignoreChanges` must not count. */
  diff(
    call: ResourceCall & {
      id: string;
      olds: Properties;
      oldInputs: Properties;
      news: Properties;
      ignoreChanges: string[];
    },
  ): Promise<DiffResult>;
  /** In a preview nothing may be created: answer `id: ""` and `UNKNOWN` for what only creation can tell. */
  create(
    call: ResourceCall & { inputs: Properties; preview: boolean; timeout: number },
  ): Promise<{ id: string; outputs: Properties }>;
  /** `undefined` means gone. Empty `state` and `inputs` mean an import: then `inputs` must be answered too. */
  read(
    call: ResourceCall & { id: string; state: Properties; inputs: Properties },
  ): Promise<{ id: string; outputs: Properties; inputs?: Properties } | undefined>;
  update(
    call: ResourceCall & {
      id: string;
      olds: Properties;
      oldInputs: Properties;
      news: Properties;
      preview: boolean;
    },
  ): Promise<{ outputs: Properties }>;
  delete(call: ResourceCall & { id: string; state: Properties }): Promise<void>;
  /** `instance` is the one the call was made through, as with every other call. */
  invoke(call: {
    instance: Instance;
    token: string;
    args: Properties;
  }): Promise<{ result: Properties; failures: CheckFailure[] }>;
  /** Top-level outputs that are always secret, by resource type or invoke token. */
  secretOutputs?(typeOrToken: string): string[];
}

/** The simulated cloud refuses: the message is shown to the user as it is. */
export class ProviderError extends Error {
  override name = "ProviderError";
}

/**
 * `create` (or `update`) failed after the resource came to be: the state keeps it under `id` with `outputs`, the
 * operation still fails with `message`, and the next `up` tries again with an update or, under `replaceOnChanges`,
 * a replacement. Docker does this for a container that does not get healthy in time.
 */
export class IncompleteResourceError extends ProviderError {
  override name = "IncompleteResourceError";
  readonly id: string;
  readonly outputs: Properties;
  constructor(message: string, id: string, outputs: Properties) {
    super(message);
    this.id = id;
    this.outputs = outputs;
  }
}
