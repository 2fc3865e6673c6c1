import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";

/** A resource as one side of a step: what the state holds, or what the program wants. Secrets read `[secret]`. */
export interface Side {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly parent: string;
  readonly retainOnDelete: boolean;
}

export type Properties = Readonly<Record<string, unknown>>;

/** What happens to one resource; several steps of the engine (create, delete the old one) are one here. */
export type Fate = "same" | "create" | "update" | "replace" | "delete" | "import";

export interface Step {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly fate: Fate;
  /** Left out for what is new. */
  readonly before?: Side;
  /** Left out for what goes away. */
  readonly after?: Side;
  /** Property paths that differ; those that force a replacement. */
  readonly diffs: readonly string[];
  readonly replaceKeys: readonly string[];
}

const fates: Readonly<Partial<Record<OpType, Fate>>> = {
  same: "same",
  refresh: "same",
  read: "same",
  create: "create",
  update: "update",
  import: "import",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
};

/** Which of two steps on the same resource tells more. */
const rank: readonly Fate[] = ["same", "import", "update", "create", "delete", "replace"];

/** Collects the steps of a preview, unchanged resources included: together they are the system before and after. */
export class StepRecorder {
  readonly #steps = new Map<string, Step>();
  /** Ids that are the value of something generated. */
  readonly #hidden = new Set<string>();

  readonly onEvent = (event: EngineEvent): void => {
    const metadata = (event.resOutputsEvent ?? event.resourcePreEvent)?.metadata;
    if (metadata) this.#add(metadata);
  };

  steps(): Step[] {
    return [...this.#steps.values()];
  }

  /** A text of the engine without them: it prints the id of whatever it deletes or replaces. */
  readonly hide = (text: string): string =>
    [...this.#hidden].reduce((shown, id) => shown.replaceAll(id, hiddenId), text);

  #add(metadata: StepEventMetadata): void {
    for (const side of [metadata.old, metadata.new])
      if (side && isValue(metadata.type, side.id)) this.#hidden.add(side.id);
    const fate = fates[metadata.op];
    if (fate === undefined) return;
    const known = this.#steps.get(metadata.urn);
    const before = known?.before ?? (fate === "create" ? undefined : sideOf(metadata.old));
    const after = (fate === "delete" ? undefined : sideOf(metadata.new)) ?? known?.after;
    const detailed = Object.keys(metadata.detailedDiff ?? {});
    const diffs = detailed.length > 0 ? detailed : (metadata.diffs ?? []);
    this.#steps.set(metadata.urn, {
      urn: metadata.urn,
      type: metadata.type,
      name: metadata.urn.split("::").slice(3).join("::"),
      fate: known && rank.indexOf(known.fate) > rank.indexOf(fate) ? known.fate : fate,
      ...(before && { before }),
      ...(after && { after }),
      diffs: diffs.length > 0 ? diffs : (known?.diffs ?? []),
      replaceKeys: metadata.keys ?? known?.replaceKeys ?? [],
    });
  }
}

const hiddenId = "[hidden]";

/**
 * Whether an id tells the value of a generated secret: of all random resources but the password it is the value itself
 * (seen of RandomBytes, which secrets were made of; a state may hold them still).
 */
const isValue = (type: string, id: string) => type.startsWith("random:") && id !== "" && id !== "none";

function sideOf(state: StepEventMetadata["old"] | null): Side | undefined {
  if (!state) return undefined;
  return {
    id: isValue(state.type, state.id) ? hiddenId : state.id,
    inputs: plain(state.inputs) as Properties,
    outputs: plain(state.outputs ?? {}) as Properties,
    parent: state.parent,
    retainOnDelete: "retainOnDelete" in state && state.retainOnDelete === true,
  };
}

/** Mark of the engine's own kinds of value (secrets, assets) inside of properties. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** How the engine writes a value that is known only after `up`. */
const UNKNOWN = /^04da6b54-80e4-46f7-96ec-b56ff0331ba9$/;

/** Secrets and unknown values become words, so that nothing after this can leak or misread them. */
function plain(value: unknown): unknown {
  if (typeof value === "string") return UNKNOWN.test(value) ? "[known after up]" : value;
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  if (SIGNATURE in value) return "ciphertext" in value || "plaintext" in value ? "[secret]" : "[asset]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
