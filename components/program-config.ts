import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime/index.js";

export interface ProgramConfig {
  /** Decrypted values of this stack's secrets by flat key, to check their form before anything is created. */
  readonly secretValues: Readonly<Record<string, string>>;
  /** The same, as secret outputs for the resources. */
  readonly provided: Readonly<Record<string, pulumi.Output<string>>>;
  /** Decrypted values of the generated secrets that are in use already, by name. */
  readonly inUse: Readonly<Record<string, string>>;
}

/** The secrets that a person gave this stack; everything else is read from the stack files. */
export function programConfig(): ProgramConfig {
  const prefix = `${pulumi.getProject()}:`;
  const flat = Object.entries(allConfig())
    .filter(([key, value]) => key.startsWith(prefix) && !isStructured(value))
    .map(([key, value]) => [key.slice(prefix.length), value] as const);
  return {
    secretValues: Object.fromEntries(flat),
    provided: Object.fromEntries(flat.map(([key, value]) => [key, pulumi.secret(value)])),
    inUse: valuesInUse(allConfig()[`${prefix}inUse`]),
  };
}

/** The one structured key that holds secrets. */
export function valuesInUse(json: string | undefined): Readonly<Record<string, string>> {
  return json === undefined ? {} : JSON.parse(json);
}

/** Settings are structured keys and arrive as JSON objects; secrets are flat. */
function isStructured(value: string): boolean {
  return value.startsWith("{") || value.startsWith("[");
}
