import { z } from "zod";
import type { PriceList } from "../report/cost.ts";
import { type Api, getJson } from "./http.ts";
import type { HetznerFound } from "./inventory.ts";

export interface HetznerAccess {
  readonly token: string;
  readonly baseUrl?: string | undefined;
}

const id = z.number().transform(String);
const named = z.object({ id, name: z.string() });
const servers = z.object({ servers: z.array(named) });
const firewalls = z.object({ firewalls: z.array(named) });
const sshKeys = z.object({ ssh_keys: z.array(named.extend({ public_key: z.string() })) });
const primaryIps = z.object({
  primary_ips: z.array(named.extend({ assignee_id: id.nullable() })),
});
const prices = z.object({
  pricing: z.object({
    currency: z.string(),
    server_types: z.array(
      z.object({
        name: z.string(),
        prices: z.array(z.object({ location: z.string(), price_monthly: z.object({ gross: z.string() }) })),
      }),
    ),
  }),
});
const page = z.object({
  meta: z.object({ pagination: z.object({ next_page: z.number().nullable() }) }).optional(),
});

const apiOf = ({ token, baseUrl }: HetznerAccess): Api => ({
  name: "Hetzner",
  baseUrl: baseUrl ?? "https://api.hetzner.cloud/v1",
  headers: { authorization: `Bearer ${token}` },
});

/** Everything in the project that belongs to that token. */
export async function hetznerInventory(access: HetznerAccess): Promise<HetznerFound> {
  const api = apiOf(access);
  const [servers_, firewalls_, keys, ips] = await Promise.all([
    everyPage(api, "/servers", (answer) => servers.parse(answer).servers),
    everyPage(api, "/firewalls", (answer) => firewalls.parse(answer).firewalls),
    everyPage(api, "/ssh_keys", (answer) => sshKeys.parse(answer).ssh_keys),
    everyPage(api, "/primary_ips", (answer) => primaryIps.parse(answer).primary_ips),
  ]);
  return {
    servers: servers_,
    firewalls: firewalls_,
    sshKeys: keys.map(({ id: key, name, public_key }) => ({ id: key, name, publicKey: public_key })),
    primaryIps: ips.map(({ id: key, name, assignee_id }) => ({ id: key, name, serverId: assignee_id ?? "" })),
  };
}

/** The account's own prices, VAT included; the list is fetched once. */
export function hetznerPrices(access: HetznerAccess): PriceList {
  let list: Promise<z.output<typeof prices>> | undefined;
  return async ({ type, location }) => {
    list ??= getJson(apiOf(access), "/pricing").then((answer) => prices.parse(answer));
    const { currency, server_types } = (await list).pricing;
    const found = server_types
      .find(({ name }) => name === type)
      ?.prices.find((price) => price.location === location);
    return found && { amount: Number(found.price_monthly.gross), currency };
  };
}

async function everyPage<T>(api: Api, path: string, read: (answer: unknown) => T[]): Promise<T[]> {
  const all: T[] = [];
  for (let next: number | null = 1; next !== null; ) {
    const answer = await getJson(api, `${path}?per_page=50&page=${next}`);
    all.push(...read(answer));
    next = page.parse(answer).meta?.pagination.next_page ?? null;
  }
  return all;
}
