import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { parsePolicyText } from "../../formats/tailnet-policy.ts";

/** What differs between two tailnet policies; nothing at all only if they are equal as JSON. */
export interface PolicyChanges {
  /** Grants in words: `` `tag:a` → `tag:b`: `tcp:22`, `udp:*` ``. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Names of the other parts that differ, such as `ssh` or `tagOwners`. */
  readonly sections: readonly string[];
}

/** Loose: keys that are not known here are shown as they stand, because nothing of a grant may be left unsaid. */
const grantSchema = z.looseObject({
  src: z.array(z.string()),
  dst: z.array(z.string()),
  ip: z.array(z.string()).default([]),
});
const policySchema = z.looseObject({ grants: z.array(grantSchema).default([]) });

/**
 * Beside the matrix of who reaches which TCP port of our hosts, which shows neither UDP nor other devices nor the
 * inside of a range of ports: it once called a policy the same that had opened all three.
 * @param before undefined where there was no policy
 * @throws Error when one of them is not the JSON of a policy
 */
export function policyChanges(before: string | undefined, after: string): PolicyChanges {
  const old = policySchema.parse(parsePolicyText(before ?? "{}"));
  const now = policySchema.parse(parsePolicyText(after));
  const added = now.grants.filter((grant) => !isAmong(grant, old.grants)).map(inWords);
  const removed = old.grants.filter((grant) => !isAmong(grant, now.grants)).map(inWords);
  const isListed = added.length + removed.length > 0;
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return {
    added,
    removed,
    sections: [...names]
      .filter((name) => !(name === "grants" && isListed) && !isDeepStrictEqual(old[name], now[name]))
      .sort(),
  };
}

type Grant = z.infer<typeof grantSchema>;

const isAmong = (grant: Grant, all: readonly Grant[]) => all.some((one) => isDeepStrictEqual(one, grant));

function inWords({ src, dst, ip, ...rest }: Grant): string {
  const ports = ip.length === 0 ? ["no ports"] : ip.map(code);
  const more = Object.entries(rest).map(([key, value]) => code(`${key} ${JSON.stringify(value)}`));
  return `${src.map(code).join(", ")} → ${dst.map(code).join(", ")}: ${[...ports, ...more].join(", ")}`;
}

const code = (text: string) => `\`${text}\``;
