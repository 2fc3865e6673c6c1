import type { Policy } from "./plan.ts";

/** An entry of an existing tailnet policy that the settings do not carry. */
export interface LostEntry {
  /** `grants`, `ssh` … */
  readonly section: string;
  /** `{"src":…}`, or `name "value"` of a section that is a mapping. */
  readonly text: string;
}

/**
 * What Tailscale's own default policy has held since grants and access rules were introduced. The written policy
 * replaces it on purpose; somebody who only defined a tag has all of it.
 */
const defaults: Readonly<Record<string, readonly unknown[]>> = {
  grants: [{ src: ["*"], dst: ["*"], ip: ["*"] }],
  acls: [{ action: "accept", src: ["*"], dst: ["*:*"] }],
  ssh: [
    {
      action: "check",
      src: ["autogroup:member"],
      dst: ["autogroup:self"],
      users: ["autogroup:nonroot", "root"],
    },
  ],
  nodeAttrs: [{ target: ["autogroup:member"], attr: ["funnel"] }],
};

/** What would get lost if our policy took the place of an existing one. */
export function notCarried(existing: unknown, ours: Policy): readonly LostEntry[] {
  if (typeof existing !== "object" || existing === null)
    return [{ section: "policy", text: "not a JSON object" }];
  return Object.entries(existing).flatMap(([section, content]) => {
    const known = [...entries(Object.entries(ours).find(([name]) => name === section)?.[1])];
    const replaced = [...known, ...entries(defaults[section])];
    return entries(section === "tagOwners" ? withoutTagsOf(ours, content) : content)
      .filter((text) => !replaced.includes(text))
      .map((text) => ({ section, text }));
  });
}

/** A tag that ours defines has the administrators as its owners from then on; the tag itself stays. */
function withoutTagsOf({ tagOwners }: Policy, content: unknown): unknown {
  if (typeof content !== "object" || content === null) return content;
  return Object.fromEntries(Object.entries(content).filter(([tag]) => !Object.hasOwn(tagOwners, tag)));
}

/** The whole error for a person who adopts a policy, with what to do about each entry. */
export function adoptionRefusal(lost: readonly LostEntry[], hubFile: string): string {
  const count = lost.length === 1 ? "1 entry" : `${lost.length} entries`;
  const lines = lost.map((entry) => `  ${entry.section}: ${entry.text}; ${remedy(entry, hubFile)}`);
  return [`The tailnet policy has ${count} that the settings do not carry:`, ...lines].join("\n");
}

function remedy({ section, text }: LostEntry, hubFile: string): string {
  const extraGrants = `kitestacks:tailnet.extraGrants in ${hubFile}`;
  switch (section) {
    case "grants":
      return isPlainGrant(text)
        ? `add it to ${extraGrants}, or take it out of the policy`
        : "take it out of the policy: of grants only src, dst and ip are carried";
    case "acls":
      return `rewrite it as a grant, in the policy and in ${extraGrants}, or take it out of the policy`;
    case "tagOwners":
      return `take it out of the policy: the program defines the tags that admins and extraGrants name, in ${hubFile}`;
    case "groups":
      return "take it out of the policy: admins and extraGrants take the e-mail addresses of the members";
    case "tests":
      return "take it out of the policy: the program writes tests of its own there, and keeps no others";
    case "hosts":
      return "take it out of the policy: extraGrants take the address itself";
    default:
      return "take it out of the policy: the program does not write that section";
  }
}

const isPlainGrant = (text: string): boolean =>
  Object.keys(JSON.parse(text)).every((key) => ["src", "dst", "ip"].includes(key));

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
  return JSON.stringify(sorted(value)).replaceAll('"autogroup:members"', '"autogroup:member"');
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
