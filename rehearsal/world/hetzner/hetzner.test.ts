import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Properties } from "../../provider/provider.ts";
import { CONTAINER, exporter, Hand, HCLOUD_TOKEN, type Kept, testWorld } from "../testing.ts";

const SERVER = "hcloud:index/server:Server";
const FIREWALL = "hcloud:index/firewall:Firewall";
const ATTACHMENT = "hcloud:index/firewallAttachment:FirewallAttachment";
const ADDRESS = "hcloud:index/primaryIp:PrimaryIp";
const SSH_KEY = "hcloud:index/sshKey:SshKey";
const KEY = "tailscale:index/tailnetKey:TailnetKey";
const POLICY = JSON.stringify({
  tagOwners: { "tag:host": ["autogroup:admin"] },
  grants: [{ src: ["*"], dst: ["*"], ip: ["*"] }],
});

function cloudInit(key: string): string {
  return `#cloud-config\nssh_authorized_keys: [ssh-ed25519 AAAA me]\nswap: {filename: /swapfile, size: 6G}\nruncmd:\n- apt-get install -y docker.io\n- tailscale up --authkey=${key}\n`;
}

const server = (change: Properties = {}): Properties => ({
  name: "cloud",
  serverType: "cpx21",
  image: "debian-13",
  location: "hil",
  ...change,
});

async function withKey(change: Properties = {}) {
  const it = new Hand(
    testWorld({ machines: [], tailscale: { apiKeys: ["tskey-api-test"], policy: POLICY } }),
  );
  const join = await it.create(KEY, "join", { tags: ["tag:host"], expiry: 3600, ...change });
  return { it, world: it.world, join, userData: cloudInit(String(join.state["key"])) };
}

function boot(it: Hand): string[] {
  return Object.values(it.world.state.hetzner.servers)[0]?.boot ?? [];
}

describe("a server joins the tailnet", () => {
  test("with a valid key: then its Docker answers at its new address, with the swap it made", async () => {
    const { it, world, userData } = await withKey();
    await it.create(SERVER, "cloud", server({ userData }));
    expect(boot(it)).toEqual([
      "joined the tailnet as cloud at 100.64.0.1",
      "installed Docker",
      "no guard against neighbours",
      "made 6144 MiB of swap",
    ]);
    await it.at("ssh://root@100.64.0.1").create(CONTAINER, "exporter", exporter());
    expect(world.machine("cloud")).toMatchObject({ ramMiB: 3700, swapMiB: 6144 });
    expect(world.health("cloud", "exporter").healthy).toBe(true);
  });

  test.each<[string, (hand: Hand) => void, string]>([
    ["that expired", (it) => it.world.faults.expireKeys(), "expired at"],
    ["that the clock has overtaken", (it) => it.world.faults.advanceClock({ hours: 2 }), "expired at"],
    [
      "whose tag the policy no longer owns",
      (it) => it.world.faults.editPolicy('{"grants": []}'),
      "the policy has no owner for tag:host",
    ],
  ])("not with a key %s", async (_what, spoil, reason) => {
    const { it, userData } = await withKey();
    spoil(it);
    await it.create(SERVER, "cloud", server({ userData }));
    expect(boot(it)[0]).toContain("not on the tailnet");
    expect(boot(it)[0]).toContain(reason);
    await expect(it.at("ssh://root@100.64.0.1").create(CONTAINER, "exporter", exporter())).rejects.toThrow(
      "Connection timed out",
    );
    await expect(
      it.invoke("tailscale:index/getDevice:getDevice", { hostname: "cloud", waitFor: "300s" }),
    ).rejects.toThrow(
      "Could not find device with hostname=cloud after waiting 300s: the tailnet's devices are none",
    );
  });

  test("a one-time key works once, a revoked one never", async () => {
    const { it, join, userData } = await withKey();
    await it.create(SERVER, "cloud", server({ userData }));
    await it.create(SERVER, "second", server({ name: "second", userData }));
    expect(Object.keys(it.world.state.tailscale.devices)).toHaveLength(1);
    await it.delete(join);
    await it.create(SERVER, "third", server({ name: "third", userData }));
    const third = Object.values(it.world.state.hetzner.servers).find(({ name }) => name === "third");
    expect(third?.boot[0]).toContain("was revoked");
  });

  test("not without a key, and has no Docker when its user data does not install it", async () => {
    const { it, join } = await withKey();
    await it.create(SERVER, "cloud", server());
    expect(boot(it)).toEqual([
      "not on the tailnet: its user data runs no `tailscale up` with a join key (tskey-auth-…)",
      "no Docker: its user data does not install it",
      "no guard against neighbours",
      "no swap",
    ]);
    await it.create(
      SERVER,
      "bare",
      server({
        name: "bare",
        userData: `#!/bin/sh\necho me >> ~/.ssh/authorized_keys\ntailscale up --authkey=${String(join.state["key"])}\n`,
      }),
    );
    await expect(it.at("ssh://root@100.64.0.1").create(CONTAINER, "exporter", exporter())).rejects.toThrow(
      "docker: command not found",
    );
  });
});

/** Who gets in: the holders of keys, or with `tailscale up --ssh` those that the policy's ssh rules let in. */
describe("SSH to a server", () => {
  async function reach(options: string, policy?: string) {
    const { it, join } = await withKey();
    const userData = `#!/bin/sh\napt-get install -y docker.io\ntailscale up --authkey=${String(join.state["key"])}${options}\n`;
    await it.create(SERVER, "cloud", server({ userData }));
    if (policy) it.world.faults.editPolicy(policy);
    return it.at("ssh://root@100.64.0.1").create(CONTAINER, "exporter", exporter());
  }
  const rule = (action: string): string =>
    JSON.stringify({
      ...JSON.parse(POLICY),
      ssh: [{ action, src: ["autogroup:admin"], dst: ["tag:host"], users: ["root"] }],
    });

  test("needs somebody's key on the machine", async () => {
    await expect(reach("")).rejects.toThrow("nobody's SSH key was put on this machine");
  });

  test("needs an ssh rule of the policy where Tailscale's own server answers", async () => {
    await expect(reach(" --ssh")).rejects.toThrow(
      "tailnet policy does not permit you to SSH to this node as root",
    );
    await expect(reach(" --ssh", rule("check"))).rejects.toThrow(
      "Tailscale SSH requires an additional check",
    );
    await expect(reach(" --ssh", rule("accept"))).resolves.toMatchObject({ name: "exporter" });
  });
});

/** The rules stand in the README, Hetzner. */
describe("a server", () => {
  test.each<[string, Properties, string]>([
    ["type", { serverType: "cpx99" }, "server type cpx99 not found (not_found): known are cx22"],
    ["location", { location: "moon" }, "location moon not found (not_found): known are fsn1"],
    ["place for its type", { serverType: "cx22" }, "cx22 can be ordered at fsn1, nbg1, hel1, not at hil"],
    ["image", { image: "windows" }, "image windows not found"],
    ["SSH key", { sshKeys: ["nobody"] }, "SSH key nobody not found"],
    ["firewall", { firewallIds: [4711] }, "firewall 4711 not found"],
    ["primary IP", { publicNets: [{ ipv4: 4711 }] }, "primary IP 4711 not found"],
  ])("of an unknown %s is refused", async (_what, change, message) => {
    await expect(new Hand(testWorld()).create(SERVER, "cloud", server(change))).rejects.toThrow(message);
  });

  test("needs both protections or none, and no datacenter", async () => {
    const it = new Hand(testWorld());
    await expect(it.create(SERVER, "cloud", server({ deleteProtection: true }))).rejects.toThrow(
      "delete protection and rebuild protection must have the same value",
    );
    await expect(it.create(SERVER, "cloud", server({ datacenter: "hil-dc1" }))).rejects.toThrow(
      "Removed Attribute: use location instead of datacenter",
    );
  });

  test("keeps only a hash of its user data in the state, and settles", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(SERVER, "cloud", server({ userData: "#cloud-config", labels: { a: "" } }));
    expect(kept.state["userData"]).toBe(createHash("sha1").update("#cloud-config").digest("base64"));
    expect(kept.id).toMatch(/^[1-9]\d{7}$/);
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
  });

  test.each<[string, Properties]>([
    ["image", { image: "ubuntu-24.04" }],
    ["location", { location: "ash" }],
    ["userData", { userData: "#cloud-config new" }],
    ["sshKeys", { sshKeys: ["other"] }],
  ])("is replaced when %s changes, unless that is ignored", async (property, change) => {
    const it = new Hand(testWorld());
    const kept = await it.create(SERVER, "cloud", server({ userData: "#cloud-config" }));
    const wanted = server({ userData: "#cloud-config", ...change });
    const plan = await it.diff(kept, wanted);
    expect(plan.replaces.map((path) => path.replace(/\[.*/, ""))).toEqual([property]);
    expect(plan.deleteBeforeReplace).toBe(true);
    expect(await it.diff(kept, wanted, ["userData", "sshKeys", "image", "location"])).toMatchObject({
      changes: "none",
    });
  });

  test("changes type, name, labels and protection in place", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(SERVER, "cloud", server());
    const change = {
      serverType: "cpx31",
      name: "renamed",
      labels: { a: "b" },
      deleteProtection: true,
      rebuildProtection: true,
    };
    expect(await it.diff(kept, server(change))).toMatchObject({ changes: "some", replaces: [] });
    const updated = await it.update(kept, server(change));
    expect(it.world.state.hetzner.servers[kept.id]).toMatchObject(change);
    expect(await it.drift(updated)).toMatchObject({ changes: "none" });
  });

  test("is imported by its id, without user data", async () => {
    const existing = {
      name: "cloud",
      serverType: "cpx21",
      location: "hil",
      image: "debian-12",
      ipv4: "5.78.1.2",
    };
    const it = new Hand(testWorld({ hetzner: { tokens: [HCLOUD_TOKEN], servers: [existing] } }));
    const [id = ""] = Object.keys(it.world.state.hetzner.servers);
    const imported = await it.read({ type: SERVER, name: "cloud", id, inputs: {}, state: {} });
    if (!imported) throw new Error("not found");
    expect(await it.diff(imported, server({ image: "debian-12" }))).toMatchObject({ changes: "none" });
    expect(await it.diff(imported, server({ image: "debian-12", userData: "x" }))).toMatchObject({
      replaces: ["userData"],
    });
  });

  test("takes a primary IP of its location, which stays when the server goes", async () => {
    const it = new Hand(testWorld());
    const elsewhere = await it.create(ADDRESS, "a", { name: "a", type: "ipv4", location: "fsn1" });
    const publicNets = (kept: Kept): Properties => ({ publicNets: [{ ipv4: Number(kept.id) }] });
    await expect(it.create(SERVER, "cloud", server(publicNets(elsewhere)))).rejects.toThrow(
      "they must be at the same location",
    );
    const address = await it.create(ADDRESS, "b", {
      name: "b",
      type: "ipv4",
      location: "hil",
      autoDelete: false,
    });
    const kept = await it.create(SERVER, "cloud", server(publicNets(address)));
    expect(kept.state["ipv4Address"]).toBe(address.state["ipAddress"]);
    await expect(it.create(SERVER, "x", server({ name: "x", ...publicNets(address) }))).rejects.toThrow(
      "is already assigned to server",
    );
    await expect(it.delete(address)).rejects.toThrow("must_be_unassigned");
    await it.delete(kept);
    expect(await it.drift(address)).toMatchObject({ changes: "none" });
  });

  test("is deleted in spite of its own protection, with everything on it; its device stays in the list", async () => {
    const { it, world, userData } = await withKey();
    const kept = await it.create(
      SERVER,
      "cloud",
      server({ userData, deleteProtection: true, rebuildProtection: true }),
    );
    await it.at("ssh://root@100.64.0.1").create("docker:index/volume:Volume", "data", { name: "data" });
    world.faults.deleteServer("cloud");
    expect(await it.drift(kept)).toBe("gone");
    expect(world.state.volumesLost).toEqual(["cloud/data"]);
    expect(Object.values(world.state.tailscale.devices)).toMatchObject([
      { hostname: "cloud", online: false },
    ]);
  });

  test("is counted by the address of its stale device after a rebuild: the look-up takes the first of that name", async () => {
    const { it, world, userData } = await withKey({ reusable: true });
    await it.create(SERVER, "cloud", server({ userData }));
    world.faults.deleteServer("cloud");
    world.faults.advanceClock({ seconds: 60 });
    await it.create(SERVER, "cloud", server({ userData }));
    const found = await it.invoke("tailscale:index/getDevice:getDevice", { hostname: "cloud" });
    expect(found["addresses"]).toEqual(["100.64.0.1", "fd7a:115c:a1e0::0:1"]);
    world.faults.removeDevice("cloud");
    const fresh = await it.invoke("tailscale:index/getDevice:getDevice", { hostname: "cloud" });
    expect(fresh["addresses"]).toEqual(["100.64.0.2", "fd7a:115c:a1e0::0:2"]);
  });
});

describe("the Hetzner token", () => {
  test("must have exactly 64 characters", () => {
    const it = new Hand(testWorld(), { hcloud: { token: "short" } });
    const { instance } = it.call(SERVER, "x");
    expect(() => it.provider(SERVER).configure?.(instance)).toThrow(
      "must be exactly 64 characters long): this one has 5",
    );
  });

  test("must be known", async () => {
    const it = new Hand(testWorld(), { hcloud: { token: "x".repeat(64) } });
    await expect(it.create(SERVER, "cloud", server())).rejects.toThrow(
      "unable to authenticate (unauthorized)",
    );
  });
});

describe("a firewall", () => {
  const closed = {
    name: "closed",
    rules: [{ direction: "in", protocol: "icmp", sourceIps: ["0.0.0.0/0", "::/0"] }],
  };

  test.each<[string, Properties, string]>([
    [
      "a tcp rule without port",
      { direction: "in", protocol: "tcp", sourceIps: ["0.0.0.0/0"] },
      "tcp and udp rules need a port",
    ],
    [
      "an icmp rule with a port",
      { direction: "in", protocol: "icmp", port: "1", sourceIps: ["::/0"] },
      "others have none",
    ],
    ["a rule without sources", { direction: "in", protocol: "icmp" }, "needs source IPs"],
    [
      "a rule to nowhere",
      { direction: "up", protocol: "icmp", sourceIps: ["::/0"] },
      '"up" is neither in nor out',
    ],
  ])("with %s is refused", async (_what, rule, message) => {
    await expect(new Hand(testWorld()).create(FIREWALL, "f", { rules: [rule] })).rejects.toThrow(message);
  });

  test("settles, is in use while a server has it, and a deleted rule is seen", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(FIREWALL, "f", closed);
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    await it.create(SERVER, "cloud", server({ firewallIds: [Number(kept.id)] }));
    await expect(it.delete(kept)).rejects.toThrow("is still in use by server cloud");
    it.world.faults.deleteFirewallRule("closed", 0);
    expect(await it.drift(kept)).toMatchObject({ diffs: ["rules[0]"], replaces: [] });
  });

  test("is put before a server that was adopted, and taken off it by hand is seen", async () => {
    const existing = {
      name: "cloud",
      serverType: "cpx21",
      location: "hil",
      image: "debian-12",
      ipv4: "5.78.1.2",
    };
    const it = new Hand(testWorld({ hetzner: { tokens: [HCLOUD_TOKEN], servers: [existing] } }));
    const [id = ""] = Object.keys(it.world.state.hetzner.servers);
    const firewall = await it.create(FIREWALL, "f", closed);
    const wanted = { firewallId: Number(firewall.id), serverIds: [Number(id)] };
    const kept = await it.create(ATTACHMENT, "a", wanted);
    expect(it.world.state.hetzner.servers[id]?.firewallIds).toEqual([firewall.id]);
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    await it.delete(kept);
    expect(it.world.state.hetzner.servers[id]?.firewallIds).toEqual([]);
    expect(await it.drift(kept)).toBe("gone");
    await expect(it.create(ATTACHMENT, "a", { ...wanted, serverIds: [4711] })).rejects.toThrow(
      "server with ID '4711' not found",
    );
  });

  test("decides whether the public address answers to SSH", async () => {
    const { it, userData } = await withKey();
    const firewall = await it.create(FIREWALL, "f", closed);
    const kept = await it.create(SERVER, "cloud", server({ userData, firewallIds: [Number(firewall.id)] }));
    const open = it.at(`ssh://root@${String(kept.state["ipv4Address"])}`);
    await expect(open.create(CONTAINER, "exporter", exporter())).rejects.toThrow("Connection timed out");
    const rules = [{ direction: "in", protocol: "tcp", port: "22", sourceIps: ["0.0.0.0/0"] }];
    await it.update(firewall, { ...closed, rules });
    await expect(open.create(CONTAINER, "exporter", exporter())).resolves.toMatchObject({ name: "exporter" });
  });
});

test("names are unique, an SSH key has the form of one, and a server type can be looked up", async () => {
  const it = new Hand(testWorld());
  const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0b8XWQ test";
  const kept = await it.create(SSH_KEY, "k", { name: "k", publicKey });
  expect(kept.state["fingerprint"]).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
  await expect(it.create(SSH_KEY, "k2", { name: "k", publicKey })).rejects.toThrow(
    "SSH key name is already used",
  );
  await expect(it.create(SSH_KEY, "x", { publicKey: "hello" })).rejects.toThrow("is no SSH public key");
  const type = await it.invoke("hcloud:index/getServerType:getServerType", { name: "cpx21" });
  expect(type).toMatchObject({ cores: 3, memory: 4, architecture: "x86" });
  await expect(it.invoke("hcloud:index/getServerType:getServerType", { name: "x" })).rejects.toThrow(
    "no Server Type found with name x",
  );
});
