import { describe, expect, test } from "vitest";
import { apiServer } from "../testing/api-server.ts";
import { hetznerInventory, hetznerPrices } from "./hetzner.ts";

describe("Hetzner", () => {
  test("reads every page of everything", async () => {
    const { url } = await apiServer(({ path, query }) => {
      const page = Number(query.get("page"));
      const meta = { pagination: { page, next_page: path === "/servers" && page === 1 ? 2 : null } };
      const server = { id: page, name: `s${page}`, status: "running" };
      const answers: Record<string, unknown> = {
        "/servers": { servers: [server] },
        "/firewalls": { firewalls: [{ id: 7, name: "kscloud1" }] },
        "/ssh_keys": { ssh_keys: [{ id: 8, name: "me", public_key: "ssh-ed25519 AAAA" }] },
        "/primary_ips": {
          primary_ips: [
            { id: 9, name: "kscloud1", ip: "203.0.113.9", assignee_id: 1, assignee_type: "server" },
            { id: 10, name: "spare", ip: "203.0.113.10", assignee_id: null, assignee_type: "server" },
          ],
        },
      };
      return { json: { ...(answers[path] as object), meta } };
    });
    expect(await hetznerInventory({ token: "t", baseUrl: url })).toEqual({
      servers: ["1", "2"].map((id) => ({ id, name: `s${id}` })),
      firewalls: [{ id: "7", name: "kscloud1" }],
      sshKeys: [{ id: "8", name: "me", publicKey: "ssh-ed25519 AAAA" }],
      primaryIps: [
        { id: "9", name: "kscloud1", serverId: "1" },
        { id: "10", name: "spare", serverId: "" },
      ],
    });
  });

  test("prices by type and location, the list asked for once", async () => {
    const types = [
      { name: "cpx21", prices: [{ location: "hil", price_monthly: { net: "8.0", gross: "9.5200000000" } }] },
    ];
    const { url, asked } = await apiServer(() => ({
      json: { pricing: { currency: "EUR", server_types: types } },
    }));
    const prices = hetznerPrices({ token: "t", baseUrl: url });
    expect(await prices({ type: "cpx21", location: "hil" })).toEqual({ amount: 9.52, currency: "EUR" });
    expect(await prices({ type: "cpx21", location: "fsn1" })).toBeUndefined();
    expect(asked).toHaveLength(1);
  });
});
