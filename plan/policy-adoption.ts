import type { Policy } from "./plan.ts";

/** What Tailscale's untouched default lets through; our policy replaces it on purpose. */
const allowAll = canonical({ src: ["*"], dst: ["*"], ip: ["*"] });

/** Entries of an existing policy that ours does not have, each as `section: JSON`; empty when nothing gets lost. */
export function notCarried(existing: unknown, ours: Policy): readonly string[] {
  if (typeof existing !== "object" || existing === null) return ["policy: not a JSON object"];
  return Object.entries(existing).flatMap(([section, content]) => {
    const known = entries((ours as unknown as Readonly<Record<string, unknown>>)[section]);
    return entries(content)
      .filter((entry) => !known.includes(entry) && entry !== allowAll)
      .map((entry) => `${section}: ${entry}`);
  });
}

/** The elements of a list, or the pairs of an object, as comparable text. */
function entries(content: unknown): readonly string[] {
  if (Array.isArray(content)) return content.map(canonical);
  if (typeof content === "object" && content !== null) {
    return Object.entries(content).map(([key, value]) => `${key} ${canonical(value)}`);
  }
  return content === undefined ? [] : [canonical(content)];
}

/** JSON with sorted keys and sorted lists of words, since neither order means anything in the policy. */
function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const list = value.map(sorted);
    return list.every((item) => typeof item === "string") ? list.sort() : list;
  }
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(pairs.map(([key, item]) => [key, sorted(item)]));
}
