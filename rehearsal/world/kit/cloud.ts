import {
  type CheckFailure,
  type DiffResult,
  type Instance,
  type Properties,
  type Provider,
  ProviderError,
  type ResourceCall,
  UNKNOWN,
} from "../../provider/provider.ts";
import type { Wish } from "./credential.ts";
import { checkProperties, diffProperties, type Schema, withDefaults } from "./schema.ts";

type Call<Method extends "create" | "read" | "update" | "delete" | "diff"> = Parameters<Provider[Method]>[0];

/** One resource type of a simulated cloud. Preview and property rules are handled by `cloud`. */
export interface ResourceKind {
  schema: Schema;
  secretOutputs?: string[];
  /** Completes and refuses inputs beyond what the property rules say. Must not ask the cloud. */
  check?(inputs: Properties, call: ResourceCall): { inputs?: Properties; failures?: CheckFailure[] };
  /** Corrects the plan that follows from the property rules. */
  plan?(call: Call<"diff">, plan: DiffResult): DiffResult;
  /** Answers the properties that differ from the inputs or are added to them. */
  create(call: Call<"create">): { id: string; outputs: Properties };
  read(call: Call<"read">): { id?: string; outputs: Properties; inputs?: Properties } | undefined;
  update?(call: Call<"update">): { outputs: Properties };
  delete(call: Call<"delete">): void;
}

interface Invoke {
  secretOutputs?: string[];
  run(args: Properties, instance: Instance): Properties;
}

export interface CloudDefinition {
  kinds: Record<string, ResourceKind>;
  invokes?: Record<string, Invoke>;
  configure?(instance: Instance): void;
  /** Called before everything that would ask the cloud; throws when it would not answer, or not to this. */
  connect?(instance: Instance, wish: Wish): void;
}

function unknownOutputs(names: string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, UNKNOWN]));
}

/** A provider over a table of resource types: what all simulated clouds have in common. */
export function cloud(definition: CloudDefinition): Provider {
  const { kinds, invokes = {} } = definition;
  const kindOf = (type: string): ResourceKind => {
    const kind = kinds[type];
    if (!kind) {
      throw new ProviderError(
        `the rehearsal does not simulate resources of type ${type}; it knows ${Object.keys(kinds).join(", ")}`,
      );
    }
    return kind;
  };
  const connect = (instance: Instance, wish: Wish): void => definition.connect?.(instance, wish);

  return {
    configure(instance) {
      definition.configure?.(instance);
    },
    async check(call) {
      const kind = kindOf(call.type);
      const failures = checkProperties(kind.schema, call.type, call.news);
      if (failures.length > 0) return { inputs: call.news, failures };
      const checked = kind.check?.(call.news, call) ?? {};
      return { inputs: checked.inputs ?? call.news, failures: checked.failures ?? [] };
    },
    async diff(call) {
      const kind = kindOf(call.type);
      const plan = diffProperties(kind.schema, call.olds, call.news, call.ignoreChanges);
      return kind.plan?.(call, plan) ?? plan;
    },
    async create(call) {
      const kind = kindOf(call.type);
      const known = withDefaults(kind.schema, call.inputs);
      if (call.preview) return { id: "", outputs: { ...unknownOutputs(kind.schema.outputs), ...known } };
      connect(call.instance, "write");
      const made = kind.create(call);
      return { id: made.id, outputs: { ...known, ...made.outputs } };
    },
    async read(call) {
      const kind = kindOf(call.type);
      connect(call.instance, "read");
      const found = kind.read(call);
      if (!found) return undefined;
      const outputs = { ...call.state, ...found.outputs };
      const imported = Object.keys(call.state).length === 0 && Object.keys(call.inputs).length === 0;
      const inputs = found.inputs ?? (imported ? inputsOf(kind.schema, found.outputs) : undefined);
      return { id: found.id ?? call.id, outputs, ...(inputs ? { inputs } : {}) };
    },
    async update(call) {
      const kind = kindOf(call.type);
      const known = { ...call.olds, ...withDefaults(kind.schema, call.news) };
      for (const property of Object.keys(call.oldInputs)) {
        if (!(property in call.news) && !kind.schema.inputs[property]?.computed) delete known[property];
      }
      if (call.preview) {
        return { outputs: { ...known, ...unknownOutputs(kind.schema.outputsOfUpdate ?? []) } };
      }
      connect(call.instance, "write");
      if (!kind.update) throw new ProviderError(`${call.type} cannot be updated in place`);
      return { outputs: { ...known, ...kind.update(call).outputs } };
    },
    async delete(call) {
      const kind = kindOf(call.type);
      connect(call.instance, "write");
      kind.delete(call);
    },
    async invoke({ instance, token, args }) {
      const found = invokes[token];
      if (!found) {
        throw new ProviderError(
          `the rehearsal does not simulate the look-up ${token}; it knows ${Object.keys(invokes).join(", ") || "none"}`,
        );
      }
      connect(instance, "read");
      return { result: found.run(args, instance), failures: [] };
    },
    secretOutputs(typeOrToken) {
      return kinds[typeOrToken]?.secretOutputs ?? invokes[typeOrToken]?.secretOutputs ?? [];
    },
  };
}

/** What an import answers as inputs: every property of the resource that a program could have set. */
function inputsOf(schema: Schema, outputs: Properties): Properties {
  return Object.fromEntries(Object.entries(outputs).filter(([property]) => property in schema.inputs));
}
