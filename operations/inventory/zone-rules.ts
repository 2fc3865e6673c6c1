import { z } from "zod";
import { ApiError } from "./answers.ts";
import { type Api, getJson } from "./http.ts";
import type { CloudflareFound, ZoneRule } from "./inventory.ts";

const list = z.object({
  result: z.array(z.object({ id: z.string(), kind: z.string(), phase: z.string() })).nullish(),
  result_info: z.object({ cursors: z.object({ after: z.string().nullish() }).nullish() }).nullish(),
});
type Ruleset = NonNullable<z.output<typeof list>["result"]>[number];

const ruleset = z.object({
  result: z.object({
    rules: z
      .array(
        z.object({
          id: z.string(),
          action: z.string().default(""),
          expression: z.string().default(""),
          description: z.string().default(""),
        }),
      )
      .nullish(),
  }),
});

/**
 * The rules that somebody wrote for this zone; the list names the rulesets, and each is asked for its rules.
 * Reading them is a permission of its own, and one per phase: without it, that alone is unseen.
 */
export async function zoneRules(
  api: Api,
  zoneId: string,
): Promise<Pick<CloudflareFound, "rules" | "unseen">> {
  const path = `/zones/${zoneId}/rulesets`;
  const rulesets = await ifAllowed("the zone's rules", () => everyRuleset(api, path));
  if (typeof rulesets === "string") return { rules: [], unseen: [rulesets] };
  const found = await Promise.all(
    rulesets
      .filter(({ kind }) => kind === "zone")
      .map((one) => ifAllowed(`the zone's rules of ${one.phase}`, () => rulesOf(api, path, one))),
  );
  return {
    rules: found.flatMap((one) => (typeof one === "string" ? [] : one)),
    unseen: found.filter((one) => typeof one === "string"),
  };
}

/** By cursor, unlike Cloudflare's other lists. */
async function everyRuleset(api: Api, path: string): Promise<Ruleset[]> {
  const all: Ruleset[] = [];
  for (let cursor = ""; ; ) {
    const query = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { result, result_info } = list.parse(await getJson(api, `${path}?per_page=50${query}`));
    all.push(...(result ?? []));
    cursor = result_info?.cursors?.after ?? "";
    if (cursor === "") return all;
  }
}

async function rulesOf(api: Api, path: string, { id: rulesetId, phase }: Ruleset): Promise<ZoneRule[]> {
  const { result } = ruleset.parse(await getJson(api, `${path}/${rulesetId}`));
  return (result.rules ?? []).map((rule) => ({ ...rule, rulesetId, phase }));
}

/** A sentence for what the token may not read. */
async function ifAllowed<T>(what: string, look: () => Promise<T>): Promise<T | string> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ApiError && error.status === 403)
      return `${what} could not be looked at: ${error.message}`;
    throw error;
  }
}
