import { describe, expect, test } from "vitest";
import { Hand, testWorld } from "../testing.ts";

const ACL = "tailscale:index/acl:Acl";
const KEY = "tailscale:index/tailnetKey:TailnetKey";
const DEVICE_TAGS = "tailscale:index/deviceTags:DeviceTags";
const GET_DEVICE = "tailscale:index/getDevice:getDevice";

describe("a join key", () => {
  const key = {
    tags: ["tag:host"],
    reusable: false,
    preauthorized: true,
    expiry: 3600,
    recreateIfInvalid: "never",
  };

  async function tailnet() {
    const it = new Hand(testWorld());
    await it.create(ACL, "policy", {
      acl: JSON.stringify({ tagOwners: { "tag:host": ["autogroup:admin"] } }),
    });
    return it;
  }

  test("needs its tags in the policy that is in force", async () => {
    await expect(new Hand(testWorld()).create(KEY, "join", key)).rejects.toThrow(
      "requested tags [tag:host] are invalid or not permitted",
    );
  });

  test("settles; expired or used up it says so and is not made again with never", async () => {
    const it = await tailnet();
    const kept = await it.create(KEY, "join", key);
    expect(kept.state).toMatchObject({ invalid: false, expiresAt: "2026-11-23T09:00:00Z" });
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    it.world.faults.advanceClock({ hours: 1 });
    expect((await it.read(kept))?.state["invalid"]).toBe(true);
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
  });

  test.each([
    ["always", false, true],
    ["", true, true],
    ["", false, false],
  ])(
    "with recreateIfInvalid %j and reusable %s is made again when invalid: %s",
    async (recreateIfInvalid, reusable, again) => {
      const it = await tailnet();
      const kept = await it.create(KEY, "join", { ...key, recreateIfInvalid, reusable });
      it.world.faults.expireKeys();
      expect(await it.drift(kept)).toMatchObject(again ? { replaces: ["invalid"] } : { changes: "none" });
    },
  );

  test("is replaced by any change, and has a short description", async () => {
    const it = await tailnet();
    const kept = await it.create(KEY, "join", key);
    expect(await it.diff(kept, { ...key, expiry: 7200 })).toMatchObject({ replaces: ["expiry"] });
    await expect(it.create(KEY, "x", { ...key, description: "x".repeat(51) })).rejects.toThrow(
      "50 characters or less",
    );
  });

  describe("of an OAuth client", () => {
    const tagOwners = { "tag:a": [], "tag:b": [], "tag:sub": ["tag:a"], "tag:other": ["autogroup:admin"] };
    const clientWith = (...tags: string[]) =>
      new Hand(
        testWorld({
          tailscale: {
            oauthClients: [{ id: "client", secret: "hush", tags }],
            apiKeys: ["tskey-api-test"],
            policy: JSON.stringify({ tagOwners, grants: [] }),
          },
        }),
        { tailscale: { oauthClientId: "client", oauthClientSecret: "hush" } },
      );

    test("must have tags", async () => {
      await expect(clientWith("tag:a").create(KEY, "join", { expiry: 60 })).rejects.toThrow(
        "tailnet-owned auth key must have tags set",
      );
    });

    test.each([
      [["tag:a"], ["tag:a"]],
      [
        ["tag:a", "tag:b"],
        ["tag:b", "tag:a"],
      ],
      [["tag:a", "tag:b"], ["tag:sub"]],
    ])("with the tags %j makes one with %j", async (own, tags) => {
      await expect(clientWith(...own).create(KEY, "join", { ...key, tags })).resolves.toMatchObject({
        state: { invalid: false },
      });
    });

    test.each([
      [["tag:a"], ["tag:other"], "the OAuth client client hands out tag:a"],
      [["tag:a", "tag:b"], ["tag:a"], "the OAuth client client hands out tag:a with tag:b"],
      [[], ["tag:a"], "the OAuth client client hands out no tags"],
      [["tag:a"], ["tag:new"], "the policy in force names no owner for tag:new in tagOwners"],
    ])("with the tags %j makes none with %j, and tags no device so", async (own, tags, why) => {
      const it = clientWith(...own);
      const refused = `requested tags [${tags.join(" ")}] are invalid or not permitted (400): ${why}`;
      await expect(it.create(KEY, "join", { ...key, tags })).rejects.toThrow(refused);
      const { nodeId } = await it.invoke(GET_DEVICE, { hostname: "home" });
      const device = { deviceId: String(nodeId), tags };
      await expect(it.create(DEVICE_TAGS, "home", device)).rejects.toThrow(refused);
    });

    test("cannot be made for a tag that the policy does not define", () => {
      expect(() => clientWith("tag:new")).toThrow(
        "The OAuth client client cannot have tag:new: define the tag in the policy's tagOwners.",
      );
    });
  });
});
