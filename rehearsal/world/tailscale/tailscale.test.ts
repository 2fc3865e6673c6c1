import { describe, expect, test } from "vitest";
import { Hand, testWorld } from "../testing.ts";
import { DEFAULT_POLICY } from "./tailnet.ts";

const ACL = "tailscale:index/acl:Acl";
const DEVICE_KEY = "tailscale:index/deviceKey:DeviceKey";
const DEVICE_TAGS = "tailscale:index/deviceTags:DeviceTags";
const GET_DEVICE = "tailscale:index/getDevice:getDevice";

const policy = (port = 5432): string =>
  JSON.stringify(
    {
      tagOwners: { "tag:host": ["autogroup:admin"] },
      grants: [
        { src: ["autogroup:admin"], dst: ["*"], ip: ["*"] },
        { src: ["tag:host"], dst: ["tag:host"], ip: [`tcp:${port}`] },
      ],
      tests: [{ src: "tag:host", accept: ["tag:host:5432"] }],
    },
    null,
    "\t",
  );

/** The rules stand in the README, Tailscale. */
describe("the policy", () => {
  test("replaces the one of a new tailnet, settles, and an edit by hand is found", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(ACL, "policy", { acl: policy() });
    expect(kept.id).toBe("acl");
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    it.world.faults.editPolicy('{"grants": [{"src": ["*"], "dst": ["*"], "ip": ["*"]}]}');
    expect(await it.drift(kept)).toMatchObject({ diffs: ["acl"], replaces: [] });
    await it.update(kept, kept.inputs);
    expect(it.world.state.tailscale.policy).toBe(policy());
  });

  test("that somebody wrote is not overwritten: it is imported", async () => {
    const it = new Hand(testWorld({ tailscale: { apiKeys: ["tskey-api-test"], policy: policy() } }));
    await expect(it.create(ACL, "policy", { acl: policy() })).rejects.toThrow(
      'import your existing ACL into Terraform state using "acl" as the id (412)',
    );
    const imported = await it.read({ type: ACL, name: "policy", id: "acl", inputs: {}, state: {} });
    if (!imported) throw new Error("not found");
    expect(await it.diff(imported, { acl: policy() })).toMatchObject({ changes: "none" });
    await expect(
      it.create(ACL, "policy", { acl: policy(), overwriteExistingContent: true }),
    ).resolves.toMatchObject({ id: "acl" });
  });

  test("can be looked up as it was written and as plain JSON", async () => {
    const it = new Hand(testWorld());
    const { hujson, json } = await it.invoke("tailscale:index/getAcl:getAcl", {});
    expect(hujson).toBe(DEFAULT_POLICY);
    expect(JSON.parse(String(json))).toMatchObject({ grants: [{ src: ["*"], dst: ["*"], ip: ["*"] }] });
  });

  test("whose own tests fail is refused with the failing test, at creation and at update", async () => {
    const it = new Hand(testWorld());
    const message =
      'test(s) failed (400):\n  tag:host: address "tag:host:5432" (tcp): want: Accept, got: Drop';
    await expect(it.create(ACL, "policy", { acl: policy(80) })).rejects.toThrow(message);
    const kept = await it.create(ACL, "policy", { acl: policy() });
    await expect(it.update(kept, { acl: policy(80) })).rejects.toThrow(message);
    expect(it.world.state.tailscale.policy).toBe(policy());
  });

  test("is the same when only the layout differs, and another when a comment or the order does", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(ACL, "policy", { acl: policy() });
    const compact = JSON.stringify(JSON.parse(policy()));
    expect(await it.diff(kept, { acl: compact })).toMatchObject({ changes: "none" });
    expect(await it.diff(kept, { acl: policy().replace("{", "{ // new") })).toMatchObject({
      changes: "some",
    });
  });

  test("stays when the resource goes, unless it asks for the default", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(ACL, "policy", { acl: policy(), resetAclOnDestroy: false });
    await it.delete(kept);
    expect(it.world.state.tailscale.policy).toBe(policy());
    await it.delete(await it.update(kept, { acl: policy(), resetAclOnDestroy: true }));
    expect(it.world.state.tailscale.policy).toBe(DEFAULT_POLICY);
  });
});

describe("a device", () => {
  test("is found by its host name, at every preview", async () => {
    const it = new Hand(testWorld());
    expect(await it.invoke(GET_DEVICE, { hostname: "home" })).toMatchObject({
      hostname: "home",
      user: "owner@example.com",
      tags: [],
    });
    const listed = await it.invoke("tailscale:index/getDevices:getDevices", { namePrefix: "ho" });
    expect(listed["devices"]).toHaveLength(1);
  });

  test("of a name that another has gets a number, and both are listed with the second in which they came", async () => {
    const it = new Hand(testWorld());
    const { devices } = it.world.state.tailscale;
    const [home] = Object.values(devices);
    if (home === undefined) throw new Error("the tailnet has no device");
    devices["nLaterCNTRL"] = { ...home, id: "nLaterCNTRL", createdAt: "2026-12-24T10:00:00.250Z" };
    const listed = await it.invoke("tailscale:index/getDevices:getDevices", {});
    expect(listed["devices"]).toMatchObject([
      { name: "home.tailnet.ts.net", hostname: "home" },
      {
        name: "home-1.tailnet.ts.net",
        hostname: "home",
        nodeId: "nLaterCNTRL",
        created: "2026-12-24T10:00:00Z",
      },
    ]);
  });

  test("of a person leaves the tailnet after 180 days, unless its key expiry is off", async () => {
    const it = new Hand(testWorld());
    const { nodeId } = await it.invoke(GET_DEVICE, { hostname: "home" });
    const volume = (name: string) => it.create("docker:index/volume:Volume", name, { name });
    it.world.faults.advanceClock({ days: 180 });
    await expect(volume("a")).rejects.toThrow("Connection timed out");
    const kept = await it.create(DEVICE_KEY, "home", { deviceId: String(nodeId), keyExpiryDisabled: true });
    await expect(volume("a")).resolves.toMatchObject({ id: "a" });
    await it.delete(kept);
    await expect(volume("b")).rejects.toThrow("Connection timed out");
  });

  test("that is tagged belongs to nobody, and only with a tag of the policy", async () => {
    const it = new Hand(testWorld());
    const { nodeId } = await it.invoke(GET_DEVICE, { hostname: "home" });
    const tags = { deviceId: String(nodeId), tags: ["tag:host"] };
    await expect(it.create(DEVICE_TAGS, "home", tags)).rejects.toThrow(
      "requested tags [tag:host] are invalid or not permitted (400): the policy in force names no owner for tag:host",
    );
    await it.create(ACL, "policy", { acl: policy() });
    const kept = await it.create(DEVICE_TAGS, "home", tags);
    expect(await it.invoke(GET_DEVICE, { hostname: "home" })).toMatchObject({ user: "", tags: ["tag:host"] });
    await it.delete(kept);
    expect(await it.invoke(GET_DEVICE, { hostname: "home" })).toMatchObject({
      user: "owner@example.com",
      tags: [],
    });
  });

  test("that is not there is an error", async () => {
    await expect(new Hand(testWorld()).create(DEVICE_KEY, "x", { deviceId: "nobody" })).rejects.toThrow(
      "no device with that id",
    );
  });
});

test("unknown credentials are refused", async () => {
  const it = new Hand(testWorld(), { tailscale: { apiKey: "other" } });
  await expect(it.invoke(GET_DEVICE, { hostname: "home" })).rejects.toThrow("API token invalid (401)");
});
