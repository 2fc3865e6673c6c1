import * as cloudflare from "@pulumi/cloudflare";
import * as docker from "@pulumi/docker";
import * as hcloud from "@pulumi/hcloud";
import * as tailscale from "@pulumi/tailscale";
import { expect, onTestFinished, test } from "vitest";
import { openEngine } from "../engine/engine.ts";
import { describeWithEngine, temporaryProject } from "../engine/testing.ts";
import { serveProviders } from "../provider/server.ts";
import { CLOUDFLARE_TOKEN, HCLOUD_TOKEN, HOME, TAILSCALE_KEY, testWorld, ZONE } from "./testing.ts";
import type { World } from "./world.ts";

const POLICY = JSON.stringify({ grants: [{ src: ["*"], dst: ["*"], ip: ["*"] }] }, null, "\t");
const SERVER = { name: "cloud", serverType: "cpx21", location: "hil", image: "debian-12", ipv4: "5.78.1.2" };

function existing(): World {
  const world = testWorld({
    hetzner: { tokens: [HCLOUD_TOKEN], servers: [SERVER] },
    tailscale: { apiKeys: [TAILSCALE_KEY], policy: POLICY },
  });
  world.faults.createNetwork("home", { name: "kitestacks", subnet: "172.30.0.0/24", gateway: "172.30.0.1" });
  world.faults.addRecord({
    zoneId: ZONE,
    name: "git.example.com",
    type: "CNAME",
    content: "abc.cfargotunnel.com",
    proxied: true,
  });
  return world;
}

/** What is imported by which id, and what a program may then say without a replacement. */
function adopting(world: World, policy: string) {
  const [record = ""] = Object.keys(world.state.cloudflare.records);
  const [server = ""] = Object.keys(world.state.hetzner.servers);
  const network = world.machine("home").networks["kitestacks"]?.id ?? "";
  return async () => {
    new docker.Network(
      "network",
      { name: "kitestacks", ipamConfigs: [{ subnet: "172.30.0.0/24", gateway: "172.30.0.1" }] },
      { provider: new docker.Provider("home", { host: HOME }), import: network },
    );
    new hcloud.Server(
      "server",
      { name: "cloud", serverType: "cpx21", location: "hil", image: "debian-12", userData: "#cloud-config" },
      {
        provider: new hcloud.Provider("hetzner", { token: HCLOUD_TOKEN }),
        import: server,
        ignoreChanges: ["userData", "sshKeys", "image"],
      },
    );
    new cloudflare.DnsRecord(
      "git",
      {
        zoneId: ZONE,
        name: "git.example.com",
        type: "CNAME",
        content: "abc.cfargotunnel.com",
        proxied: true,
        ttl: 1,
      },
      {
        provider: new cloudflare.Provider("edge", { apiToken: CLOUDFLARE_TOKEN }),
        import: `${ZONE}/${record}`,
      },
    );
    new tailscale.Acl(
      "policy",
      { acl: policy },
      { provider: new tailscale.Provider("tailnet", { apiKey: TAILSCALE_KEY }), import: "acl" },
    );
  };
}

describeWithEngine("what exists already", (engine) => {
  async function open(world: World, policy: string) {
    const server = await serveProviders(world.providers());
    onTestFinished(server.close);
    const session = await openEngine({
      engine,
      stackFilesDir: temporaryProject({ "Pulumi.home.yaml": "config: {}\n" }),
      program: adopting(world, policy),
      debugProviders: server.debugProviders,
    });
    onTestFinished(session.close);
    return session.stack("home");
  }

  test("is adopted without a change, and the next up finds nothing to do", async () => {
    const world = existing();
    const before = world.save();
    const stack = await open(world, POLICY);
    const first = await stack.up();
    expect(first.changes.filter(({ type }) => !type.startsWith("pulumi:")).map(({ op }) => op)).toEqual([
      "import",
      "import",
      "import",
      "import",
    ]);
    expect(world.save()).toBe(before);
    expect((await stack.up({ refresh: true })).changes).toEqual([]);
  });

  // Inputs that differ do not make an import fail, as one might think: engine 3.259 imports and then updates in the
  // same run. So what must not be overwritten has to be compared by the program itself.
  test("that differs from the program is imported and changed by the same up", async () => {
    const world = existing();
    const wanted = POLICY.replace('"*"', '"autogroup:member"');
    const stack = await open(world, wanted);
    const { changes } = await stack.up();
    expect(changes.filter(({ name }) => name === "policy").map(({ op }) => op)).toEqual(["import", "update"]);
    expect(world.state.tailscale.policy).toBe(wanted);
  });
});
