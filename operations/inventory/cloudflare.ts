import { z } from "zod";
import { type Api, getJson } from "./http.ts";
import type { CloudflareFound } from "./inventory.ts";
import { zoneRules } from "./zone-rules.ts";

export interface CloudflareAccess {
  readonly token: string;
  readonly accountId: string;
  readonly zoneId: string;
  readonly baseUrl?: string | undefined;
}

const records = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    content: z.string().default(""),
  }),
);
const tunnels = z.array(z.object({ id: z.string(), name: z.string(), deleted_at: z.string().nullish() }));
const configuration = z.object({
  result: z.object({
    config: z
      .object({
        ingress: z.array(z.object({ hostname: z.string().optional(), service: z.string() })).nullish(),
      })
      .nullish(),
  }),
});
const page = z.object({
  result: z.unknown(),
  result_info: z.object({ page: z.number(), per_page: z.number(), total_count: z.number() }).nullish(),
});

/** The zone's records and rules, and the account's tunnels, deleted ones included: only the API tells that they are. */
export async function cloudflareInventory(access: CloudflareAccess): Promise<CloudflareFound> {
  const { accountId, zoneId } = access;
  const api: Api = {
    name: "Cloudflare",
    baseUrl: access.baseUrl ?? "https://api.cloudflare.com/client/v4",
    headers: { authorization: `Bearer ${access.token}` },
  };
  const [foundRecords, foundTunnels, foundRules] = await Promise.all([
    everyPage(api, `/zones/${zoneId}/dns_records`, (result) => records.parse(result)),
    everyPage(api, `/accounts/${accountId}/cfd_tunnel`, (result) => tunnels.parse(result)),
    zoneRules(api, zoneId),
  ]);
  return {
    records: foundRecords,
    ...foundRules,
    tunnels: await Promise.all(
      foundTunnels.map(async ({ id, name, deleted_at }) => ({
        id,
        name,
        deletedAt: deleted_at ?? "",
        routes: deleted_at ? [] : await routesOf(api, accountId, id),
      })),
    ),
  };
}

async function routesOf(api: Api, accountId: string, tunnelId: string) {
  const answer = await getJson(api, `/accounts/${accountId}/cfd_tunnel/${tunnelId}/configurations`);
  const rules = configuration.parse(answer).result.config?.ingress ?? [];
  return rules.flatMap(({ hostname, service }) =>
    hostname === undefined || hostname === "" ? [] : [{ hostname, service }],
  );
}

async function everyPage<T>(api: Api, path: string, read: (result: unknown) => T[]): Promise<T[]> {
  const all: T[] = [];
  for (let number = 1; ; number += 1) {
    const { result, result_info } = page.parse(await getJson(api, `${path}?per_page=100&page=${number}`));
    const found = read(result);
    all.push(...found);
    if (!result_info || found.length === 0 || all.length >= result_info.total_count) return all;
  }
}
