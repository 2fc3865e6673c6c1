import { describe, expect, test } from "vitest";
import { apiServer } from "../testing/api-server.ts";
import { tailscaleInventory } from "./tailscale.ts";

describe("Tailscale", () => {
  const client = { clientId: "kClient", clientSecret: "tskey-client-secret" };

  test("logs in as the OAuth client and reads devices, policy and keys", async () => {
    const device = {
      nodeId: "n1",
      hostname: "monk",
      addresses: ["fd7a::1", "100.64.0.1"],
      expires: "2027-01-01T00:00:00Z",
    };
    const { url, asked } = await apiServer(({ path }) => {
      if (path === "/api/v2/oauth/token") return { json: { access_token: "token" } };
      if (path.endsWith("/devices"))
        return { json: { devices: [device, { ...device, nodeId: "n2", keyExpiryDisabled: true }] } };
      if (path.endsWith("/acl")) return { json: { grants: [] } };
      return {
        json: {
          keys: [
            { id: "k1", expires: "2027-01-01T00:00:00Z" },
            { id: "k2", keyType: "client" },
          ],
        },
      };
    });
    const inventory = await tailscaleInventory({ ...client, baseUrl: url });
    expect(inventory.devices).toMatchObject([
      { id: "n1", name: "monk", address: "100.64.0.1", keyExpires: "2027-01-01T00:00:00Z" },
      { id: "n2", keyExpires: "" },
    ]);
    expect(inventory.policy).toBe('{"grants":[]}');
    expect(inventory.keys.map(({ id }) => id)).toEqual(["k1"]);
    expect(asked[0]?.body).toBe("client_id=kClient&client_secret=tskey-client-secret");
    expect(asked.slice(1).every(({ headers }) => headers.authorization === "Bearer token")).toBe(true);
  });

  test("a client that is refused is said to be wrong or revoked", async () => {
    const { url } = await apiServer(() => ({ status: 401, json: { message: "API token invalid" } }));
    await expect(tailscaleInventory({ ...client, baseUrl: url })).rejects.toThrow(
      "Tailscale answers 401 to the OAuth client: its id (kitestacks:tailnet.oauthClientId) or secret is wrong or revoked",
    );
  });
});
