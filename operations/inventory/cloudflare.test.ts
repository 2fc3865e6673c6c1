import { describe, expect, test } from "vitest";
import { type Answer, apiServer, type Request } from "../testing/api-server.ts";
import { cloudflareInventory } from "./cloudflare.ts";

describe("Cloudflare", () => {
  const access = { token: "t", accountId: "acc", zoneId: "zone" };
  const record = (id: string) => ({
    id,
    name: `${id}.example.com`,
    type: "A",
    content: "203.0.113.1",
  });

  test("reads every page, deleted tunnels, and the routes of the others", async () => {
    const all = Array.from({ length: 230 }, (_, i) => record(`r${i}`));
    const { url, asked } = await apiServer(({ path, query }) => {
      const page = Number(query.get("page"));
      if (path === "/zones/zone/dns_records") {
        const result = all.slice((page - 1) * 100, page * 100);
        return { json: { result, result_info: { page, per_page: 100, total_count: all.length } } };
      }
      if (path === "/accounts/acc/cfd_tunnel") {
        const result = [
          { id: "t1", name: "kites", deleted_at: null },
          { id: "t2", name: "old", deleted_at: "2026-01-01T00:00:00Z" },
        ];
        return { json: { result, result_info: { page, per_page: 100, total_count: 2 } } };
      }
      if (path === "/zones/zone/rulesets") return { json: { result: [] } };
      const ingress = [{ hostname: "a.example.com", service: "http://a:1" }, { service: "http_status:404" }];
      return { json: { result: { config: { ingress } } } };
    });
    const inventory = await cloudflareInventory({ ...access, baseUrl: url });
    expect(inventory.records).toHaveLength(230);
    expect(inventory.tunnels).toEqual([
      {
        id: "t1",
        name: "kites",
        deletedAt: "",
        routes: [{ hostname: "a.example.com", service: "http://a:1" }],
      },
      { id: "t2", name: "old", deletedAt: "2026-01-01T00:00:00Z", routes: [] },
    ]);
    expect(asked.every(({ headers }) => headers.authorization === "Bearer t")).toBe(true);
    expect(asked.some(({ path }) => path.includes("t2/configurations"))).toBe(false);
  });

  /** A zone with a redirect, an empty ruleset, one of Cloudflare's own, and a second page. */
  const zone = ({ path, query }: Request): Answer => {
    if (path === "/zones/zone/rulesets")
      return query.get("cursor") === "two"
        ? { json: { result: [{ id: "rs3", kind: "zone", phase: "http_request_origin" }] } }
        : {
            json: {
              result: [
                { id: "rs1", kind: "zone", phase: "http_request_dynamic_redirect", name: "default" },
                { id: "rs2", kind: "managed", phase: "http_request_firewall_managed" },
              ],
              result_info: { cursors: { after: "two" } },
            },
          };
    if (path === "/zones/zone/rulesets/rs1")
      return {
        json: {
          result: {
            id: "rs1",
            rules: [{ id: "r1", action: "redirect", expression: "true", description: "away", enabled: true }],
          },
        },
      };
    if (path === "/zones/zone/rulesets/rs3") return { json: { result: { id: "rs3" } } };
    return { json: { result: [], result_info: { page: 1, per_page: 100, total_count: 0 } } };
  };
  const rule = {
    id: "r1",
    rulesetId: "rs1",
    phase: "http_request_dynamic_redirect",
    action: "redirect",
    expression: "true",
    description: "away",
  };

  test("reads the rules of the zone's own rulesets, page by page", async () => {
    const { url, asked } = await apiServer(zone);
    const inventory = await cloudflareInventory({ ...access, baseUrl: url });
    expect(inventory).toMatchObject({ rules: [rule], unseen: [] });
    expect(asked.some(({ path }) => path.endsWith("/rs2"))).toBe(false);
    expect(asked.some(({ path }) => path.endsWith("/rs3"))).toBe(true);
  });

  test("rules that the token may not read are unseen, and everything else is read", async () => {
    const refused = { status: 403, json: {} };
    const remedy = "the token may not read this; docs/ci.md lists the permissions that it needs";
    const all = await apiServer((request) => (request.path.includes("/rulesets") ? refused : zone(request)));
    expect(await cloudflareInventory({ ...access, baseUrl: all.url })).toEqual({
      records: [],
      tunnels: [],
      rules: [],
      unseen: [
        `the zone's rules could not be looked at: Cloudflare answers 403 to GET /zones/zone/rulesets?per_page=50: ${remedy}`,
      ],
    });
    const one = await apiServer((request) => (request.path.endsWith("/rs3") ? refused : zone(request)));
    expect(await cloudflareInventory({ ...access, baseUrl: one.url })).toMatchObject({
      rules: [rule],
      unseen: [
        `the zone's rules of http_request_origin could not be looked at: Cloudflare answers 403 to GET /zones/zone/rulesets/rs3: ${remedy}`,
      ],
    });
    const ailing = await apiServer((request) =>
      request.path.includes("/rulesets") ? { status: 404, json: {} } : zone(request),
    );
    await expect(cloudflareInventory({ ...access, baseUrl: ailing.url })).rejects.toThrow("answers 404");
  });

  test("a refusal names the status and the remedy", async () => {
    const { url } = await apiServer(() => ({ status: 403, json: {} }));
    await expect(cloudflareInventory({ ...access, baseUrl: url })).rejects.toThrow(
      /Cloudflare answers 403 to GET .*: the token may not read this; docs\/ci\.md lists the permissions/,
    );
  });

  test("a server that stays ailing is unreachable; one that recovers is asked again", async () => {
    let failures = 2;
    const empty = { json: { result: [], result_info: { page: 1, per_page: 100, total_count: 0 } } };
    const busy = { status: 429, headers: { "retry-after": "0" } };
    const recovering = await apiServer(() => (failures-- > 0 ? busy : empty));
    expect(await cloudflareInventory({ ...access, baseUrl: recovering.url })).toEqual({
      records: [],
      tunnels: [],
      rules: [],
      unseen: [],
    });
    const ailing = await apiServer(() => ({ status: 503, headers: { "retry-after": "0" } }));
    await expect(cloudflareInventory({ ...access, baseUrl: ailing.url })).rejects.toMatchObject({
      exitCode: 3,
    });
    const looking = cloudflareInventory({ ...access, baseUrl: "http://127.0.0.1:1" });
    await expect(looking).rejects.toMatchObject({ exitCode: 3 });
  });
});
