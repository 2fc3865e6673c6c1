import { isDeepStrictEqual } from "node:util";
import {
  decodeValue,
  encodeEntries,
  encodeValue,
  isWireObject,
  isWireSecret,
  type Wire,
  type WireObject,
  wrapSecret,
} from "./marshal.ts";
import type { Properties, Value } from "./provider.ts";

/**
 * Encodes an answer so that what reached the provider as a secret leaves it as one. We tell the engine that we
 * accept secrets (else a provider could not know which values are), and then it marks nothing itself: an answer
 * without wrappers lands in the state in plain text.
 * @param like what the engine sent, with its wrappers; the answer's properties of the same name take after it.
 * @param secretOutputs top-level properties that are secret whatever the inputs were.
 */
export function encodeLike(answer: Properties, like: WireObject, secretOutputs: string[] = []): WireObject {
  const always = new Set(secretOutputs);
  return encodeEntries(answer, (value, key) =>
    always.has(key) ? wrapSecret(encodeValue(value)) : markSecrets(value, like[key]),
  );
}

/** Per top-level property the first sample that has a secret in it. */
export function mergeSamples(...samples: WireObject[]): WireObject {
  const merged: WireObject = {};
  for (const [key, wire] of samples.flatMap((sample) => Object.entries(sample))) {
    if (!containsSecret(merged[key])) merged[key] = wire;
  }
  return merged;
}

export function containsSecret(wire: Wire | undefined): boolean {
  if (isWireSecret(wire)) return true;
  if (Array.isArray(wire)) return wire.some(containsSecret);
  return isWireObject(wire) && Object.values(wire).some(containsSecret);
}

/**
 * The engine's own rule for providers that know no secrets (annotateSecrets in provider_plugin.go): objects are
 * marked key by key, everything else as a whole. Lists are finer here: element by element while every secret
 * still stands where it came, so that one secret in `envs` does not hide the other forty; a provider that sorts
 * or adds gets the whole list marked.
 */
function markSecrets(value: Value, sample: Wire | undefined): Wire {
  if (sample === undefined || !containsSecret(sample)) return encodeValue(value);
  if (!isWireSecret(sample)) {
    if (isPlainObject(value) && isWireObject(sample)) {
      return encodeEntries(value, (item, key) => markSecrets(item, sample[key]));
    }
    if (Array.isArray(value) && Array.isArray(sample) && secretsInPlace(value, sample)) {
      return value.map((item, index) => markSecrets(item, sample[index]));
    }
  }
  return wrapSecret(encodeValue(value));
}

function secretsInPlace(value: Value | undefined, sample: Wire): boolean {
  if (value === undefined) return false;
  if (isWireSecret(sample)) return isDeepStrictEqual(value, decodeValue(sample));
  if (Array.isArray(sample)) {
    return (
      Array.isArray(value) &&
      value.length === sample.length &&
      sample.every((item, index) => !containsSecret(item) || secretsInPlace(value[index], item))
    );
  }
  if (!isWireObject(sample)) return true;
  const entries = Object.entries(sample).filter(([, item]) => containsSecret(item));
  return entries.every(([key, item]) => isPlainObject(value) && secretsInPlace(value[key], item));
}

/** Not an asset, a resource reference or an unknown, which are objects too. */
function isPlainObject(value: Value): value is Properties {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
