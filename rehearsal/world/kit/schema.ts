import type { CheckFailure, DiffResult, Properties, Value } from "../../provider/provider.ts";
import { isNothing, isRecord, list, same, sameSet } from "./values.ts";

/** How one input property of a resource type behaves in its real provider. */
export interface PropertyRule {
  required?: true;
  /** A change makes a new resource. */
  replaces?: true;
  /** What the cloud chooses when the program does not say is no difference ("Optional + Computed" in Terraform). */
  computed?: true;
  /** What the provider puts in when the program does not say. */
  default?: Value;
  /** The list is a set: its order does not count. */
  unordered?: true;
  /** Own comparison, for values that the provider stores in another form than it is given. */
  same?: (stored: Value | undefined, wanted: Value | undefined) => boolean;
}

export interface Schema {
  inputs: Record<string, PropertyRule>;
  /** What only the cloud can tell; unknown while a creation is previewed. */
  outputs: string[];
  /** Outputs that an update may change; unknown while an update is previewed. */
  outputsOfUpdate?: string[];
}

/** Unknown and missing properties, worded as the Terraform bridge words them. */
export function checkProperties(schema: Schema, type: string, inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const property of Object.keys(inputs)) {
    if (!(property in schema.inputs) && property !== "__defaults") {
      failures.push({
        property,
        reason: `An argument named "${property}" is not expected here (${type}); remove it or correct its name`,
      });
    }
  }
  for (const [property, rule] of Object.entries(schema.inputs)) {
    if (rule.required && (inputs[property] === undefined || inputs[property] === null)) {
      failures.push({ property, reason: `Missing required argument: "${property}" is required by ${type}` });
    }
  }
  return failures;
}

function equal(rule: PropertyRule, stored: Value | undefined, wanted: Value | undefined): boolean {
  if (rule.same) return rule.same(stored, wanted);
  return rule.unordered ? sameSet(stored, wanted) : same(stored, wanted);
}

/** The deepest paths at which two values differ, in the form the engine uses: "ports[0].external". */
export function changedPaths(path: string, a: Value | undefined, b: Value | undefined): string[] {
  if (same(a, b)) return [];
  if (Array.isArray(a) && Array.isArray(b)) {
    const longest = Math.max(a.length, b.length);
    return Array.from({ length: longest }, (_, i) => changedPaths(`${path}[${i}]`, a[i], b[i])).flat();
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return keys.flatMap((key) => changedPaths(`${path}.${key}`, a[key], b[key]));
  }
  return [path];
}

function pathsOf(rule: PropertyRule, property: string, stored: Value | undefined, wanted: Value | undefined) {
  if (rule.same) return [property];
  if (rule.unordered) {
    const left = list(stored);
    const added = list(wanted).flatMap((entry, index) =>
      left.some((other) => same(entry, other)) ? [] : [`${property}[${index}]`],
    );
    return added.length > 0 ? added : [property];
  }
  const paths = changedPaths(property, stored, wanted);
  return paths.length > 0 ? paths : [property];
}

function isIgnored(path: string, ignored: string[]): boolean {
  return ignored.some((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`));
}

/**
 * What a Terraform-based provider plans: the state (as last read) against the program's inputs. `stored` of an
 * unset property counts, so that a value somebody else put there is a difference.
 */
export function diffProperties(
  schema: Schema,
  state: Properties,
  wanted: Properties,
  ignored: string[],
): DiffResult {
  const diffs: string[] = [];
  const replaces: string[] = [];
  for (const [property, rule] of Object.entries(schema.inputs)) {
    const value = wanted[property] ?? rule.default;
    const stored = state[property] ?? rule.default;
    // An empty list is an answer, not a silence.
    const silent = wanted[property] === undefined || (isNothing(value) && !Array.isArray(value));
    if (rule.computed && silent) continue;
    if (equal(rule, stored, value)) continue;
    const paths = pathsOf(rule, property, stored, value).filter((path) => !isIgnored(path, ignored));
    diffs.push(...paths);
    if (rule.replaces) replaces.push(...paths);
  }
  return {
    changes: diffs.length > 0 ? "some" : "none",
    replaces,
    diffs,
    // The bridge deletes first when the program gave the name, because two of one name cannot exist.
    deleteBeforeReplace:
      replaces.length > 0 && "name" in schema.inputs && same(state["name"], wanted["name"]),
  };
}

/** The inputs with the provider's own defaults, as they stand in the state. */
export function withDefaults(schema: Schema, inputs: Properties): Properties {
  const outputs: Properties = {};
  for (const [property, rule] of Object.entries(schema.inputs)) {
    const value = inputs[property] ?? rule.default;
    if (value !== undefined && value !== null) outputs[property] = value;
  }
  return outputs;
}
