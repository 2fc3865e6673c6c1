import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime/index.js";
import { z } from "zod";
import { secretKeys } from "../settings/secrets.ts";

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
  const config = allConfig();
  // By its key, never by its looks: a value that was pasted with a { or [ before it was once passed over in silence.
  const flat = secretKeys.flatMap((key) => {
    const value = config[prefix + key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    secretValues: Object.fromEntries(flat),
    provided: Object.fromEntries(flat.map(([key, value]) => [key, pulumi.secret(value)])),
    inUse: valuesInUse(config[`${prefix}inUse`]),
  };
}

/** The one structured key that holds secrets. What is no mapping of texts the settings refuse by its name. */
export function valuesInUse(json: string | undefined): Readonly<Record<string, string>> {
  try {
    const parsed = values.safeParse(JSON.parse(json ?? "{}"));
    return parsed.success ? parsed.data : {};
  } catch {
    // The parser's own words would repeat a part of the value.
    return {};
  }
}

const values = z.record(z.string(), z.string());
