import { describe, expect, test } from "vitest";
import { type Answer, apiServer, type Request } from "../testing/api-server.ts";
import { tailscaleInventory } from "./tailscale.ts";

describe("Tailscale", () => {
  const client = { clientId: "kClient", clientSecret: "tskey-client-secret" };

  const device = {
    nodeId: "n1",
    hostname: "monk",
    addresses: ["fd7a::1", "100.64.0.1"],
    expires: "2027-01-01T00:00:00Z",
  };
  const ownClient = { id: "kClient", keyType: "client", scopes: ["auth_keys:read"] };

  /** To a token of an OAuth client the list of keys is the list of OAuth clients, unless all of them are asked for. */
  const tailnet =
    (...keys: readonly object[]) =>
    ({ path, query }: Request): Answer => {
      if (path === "/api/v2/oauth/token") return { json: { access_token: "token" } };
      if (path.endsWith("/devices"))
        return { json: { devices: [device, { ...device, nodeId: "n2", keyExpiryDisabled: true }] } };
      return { json: { keys: query.get("all") === "true" ? [ownClient, ...keys] : [ownClient] } };
    };

  test("logs in as the OAuth client and reads devices and keys", async () => {
    const { url, asked } = await apiServer(
      tailnet({ id: "k1", keyType: "auth", description: "by hand", expires: "2027-01-01T00:00:00Z" }),
    );
    const inventory = await tailscaleInventory({ ...client, baseUrl: url });
    expect(inventory.devices).toMatchObject([
      { id: "n1", name: "monk", address: "100.64.0.1", keyExpires: "2027-01-01T00:00:00Z" },
      { id: "n2", keyExpires: "" },
    ]);
    expect(inventory.keys).toEqual([{ id: "k1", description: "by hand", expires: "2027-01-01T00:00:00Z" }]);
    expect(asked[0]?.body).toBe("client_id=kClient&client_secret=tskey-client-secret");
    expect(asked.slice(1).every(({ headers }) => headers.authorization === "Bearer token")).toBe(true);
  });

  test("only keys that can add a device are join keys", async () => {
    const auth = { keyType: "auth", expires: "2027-01-01T00:00:00Z" };
    const { url } = await apiServer(
      tailnet(
        { id: "revoked", ...auth, revoked: "2026-01-01T00:00:00Z" },
        { id: "invalid", ...auth, invalid: true },
        { id: "token", keyType: "api" },
        { id: "good", ...auth, invalid: false },
      ),
    );
    const { keys } = await tailscaleInventory({ ...client, baseUrl: url });
    expect(keys.map(({ id }) => id)).toEqual(["good"]);
  });

  test("a client that is refused is said to be wrong or revoked", async () => {
    const { url } = await apiServer(() => ({ status: 401, json: { message: "API token invalid" } }));
    await expect(tailscaleInventory({ ...client, baseUrl: url })).rejects.toThrow(
      "Tailscale answers 401 to the OAuth client: its id (kitestacks:tailnet.oauthClientId) or secret is wrong or revoked",
    );
  });
});
