import { Asset, type Properties, Unknown, type Value } from "../../provider/provider.ts";

/** Readers of plain property values: an absent, null or not yet known value reads as the empty one of its kind. */
export function text(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

export function number(value: Value | undefined): number {
  return typeof value === "number" ? value : 0;
}

export function flag(value: Value | undefined): boolean {
  return value === true;
}

export function list(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

export function texts(value: Value | undefined): string[] {
  return list(value).filter((entry) => typeof entry === "string");
}

export function record(value: Value | undefined): Properties {
  return isRecord(value) ? value : {};
}

export function textMap(value: Value | undefined): Record<string, string> {
  const entries = Object.entries(record(value));
  return Object.fromEntries(entries.map(([key, entry]) => [key, text(entry)]));
}

export function isRecord(value: Value | undefined): value is Properties {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !Unknown.is(value) &&
    !(value instanceof Asset) &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Whether a value, or anything inside it, is still to be known. */
export function hasUnknown(value: Value | undefined): boolean {
  if (Unknown.is(value)) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isRecord(value) && Object.values(value).some(hasUnknown);
}

/** JSON with sorted keys: the same text for the same content, whatever the order in which it came to be. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === "object" && entry !== null && !Array.isArray(entry) && !(entry instanceof Asset)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  );
}

/** Terraform's notion of unset: null, "", 0, false, an empty list and an empty map are all the same nothing. */
export function isNothing(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

/** Deep equality; an unknown value equals nothing, so that whatever depends on it is shown as a change. */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  if (hasUnknown(a) || hasUnknown(b)) return false;
  if (isNothing(a) && isNothing(b)) return true;
  if (a instanceof Asset && b instanceof Asset) return a.hash === b.hash && a.kind === b.kind;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((entry, index) => same(entry, b[index]));
  }
  if (isRecord(a) && isRecord(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]));
  }
  return a === b;
}

/** Equality of lists that a provider treats as sets: the order does not count. */
export function sameSet(a: Value | undefined, b: Value | undefined): boolean {
  if (hasUnknown(a) || hasUnknown(b)) return false;
  const left = list(a);
  const right = [...list(b)];
  if (left.length !== right.length) return false;
  return left.every((entry) => {
    const at = right.findIndex((other) => same(entry, other));
    if (at >= 0) right.splice(at, 1);
    return at >= 0;
  });
}

/** Equality of maps that people name the keys of: there, a key with an empty value is not the same as no key. */
export function sameMap(a: Value | undefined, b: Value | undefined): boolean {
  return !hasUnknown(a) && !hasUnknown(b) && canonical(record(a)) === canonical(record(b));
}
