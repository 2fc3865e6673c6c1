import { describe, expect, test } from "vitest";
import type { Properties } from "../provider/provider.ts";
import { ACCOUNT, CONTAINER, exporter, Hand, testWorld, VOLUME, ZONE } from "./testing.ts";

const TUNNEL = "cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared";
const CONFIG = "cloudflare:index/zeroTrustTunnelCloudflaredConfig:ZeroTrustTunnelCloudflaredConfig";
const RECORD = "cloudflare:index/dnsRecord:DnsRecord";
const TOKEN = "cloudflare:index/getZeroTrustTunnelCloudflaredToken:getZeroTrustTunnelCloudflaredToken";
const COMMAND = "command:remote:Command";

const open = "whoever opens it first becomes its administrator";
const claimed = `${open}, and somebody came before our step`;

/** A tunnel that leads `status.example.com` to Uptime Kuma, whoever runs its connector. */
async function publicStatus(it: Hand) {
  const secret = Buffer.alloc(32, 7).toString("base64");
  const tunnel = await it.create(TUNNEL, "t", {
    accountId: ACCOUNT,
    name: "kite",
    configSrc: "cloudflare",
    tunnelSecret: secret,
  });
  const ingresses = [
    { hostname: "status.example.com", service: "http://uptime-kuma:3001" },
    { service: "http_status:404" },
  ];
  await it.create(CONFIG, "c", { accountId: ACCOUNT, tunnelId: tunnel.id, config: { ingresses } });
  await it.create(RECORD, "r", {
    zoneId: ZONE,
    name: "status.example.com",
    type: "CNAME",
    content: `${tunnel.id}.cfargotunnel.com`,
    proxied: true,
    ttl: 1,
  });
  const { token } = await it.invoke(TOKEN, { accountId: ACCOUNT, tunnelId: tunnel.id });
  return String(token);
}

const connector = (it: Hand, token: string) =>
  it.create(
    CONTAINER,
    "cloudflared",
    exporter({
      name: "cloudflared",
      image: "cloudflare/cloudflared:2026.10.0",
      command: ["tunnel", "--metrics", "127.0.0.1:20241", "run"],
      envs: [`TUNNEL_TOKEN=${token}`],
      healthcheck: { tests: ["CMD", "cloudflared", "tunnel", "--metrics", "127.0.0.1:20241", "ready"] },
    }),
  );

const kuma = (change: Properties = {}) =>
  exporter({
    name: "uptime-kuma",
    image: "louislam/uptime-kuma:2.5.3-slim",
    memory: 256,
    memorySwap: 512,
    volumes: [{ volumeName: "kuma-data", containerPath: "/app/data" }],
    healthcheck: { tests: ["CMD", "extra/healthcheck"] },
    ...change,
  });

const step = (it: Hand, name = "step") =>
  it.create(COMMAND, name, {
    connection: { host: "100.64.0.2", user: "root" },
    create: "docker exec -i uptime-kuma node --input-type=module -",
    stdin: 'await must("setup", input.user, input.password)',
  });

const doors = ({ world }: Hand) => world.doors("home", "uptime-kuma")?.map(({ how }) => how);

describe("an application whose first visitor becomes administrator", () => {
  test("is open until a step makes one, and closed for the containers that come after on the same data", async () => {
    const it = new Hand(testWorld());
    const token = await publicStatus(it);
    const first = await it.create(CONTAINER, "k", kuma());
    expect(doors(it)).toEqual([open]);
    await step(it);
    await connector(it, token);
    expect(doors(it)).toEqual([]);
    await it.delete(first);
    await it.create(CONTAINER, "k", kuma());
    expect(doors(it)).toEqual([]);
  });

  test("is a stranger's where the connector serves it before, and no step takes it back", async () => {
    const it = new Hand(testWorld());
    await connector(it, await publicStatus(it));
    await it.create(CONTAINER, "k", kuma());
    expect(doors(it)).toEqual([claimed]);
    await step(it);
    expect(doors(it)).toEqual([claimed]);
  });

  test("is nobody's where no name leads to it", async () => {
    const it = new Hand(testWorld());
    const token = await publicStatus(it);
    it.world.faults.removeRecord("status.example.com");
    await connector(it, token);
    await it.create(CONTAINER, "k", kuma());
    expect(doors(it)).toEqual([open]);
  });

  test("remembers its administrator in its data: without a volume a new container has none", async () => {
    const it = new Hand(testWorld());
    const first = await it.create(CONTAINER, "k", kuma({ volumes: [] }));
    await step(it);
    expect(doors(it)).toEqual([]);
    await it.delete(first);
    await it.create(CONTAINER, "k", kuma({ volumes: [] }));
    expect(doors(it)).toEqual([open]);
  });

  test("has the administrator of the person whose install left the data", async () => {
    const it = new Hand(testWorld());
    it.world.faults.createVolume("home", "kuma-data");
    await it.create(VOLUME, "v", { name: "kuma-data" });
    await connector(it, await publicStatus(it));
    await it.create(CONTAINER, "k", kuma());
    expect(doors(it)).toEqual([]);
  });

  test("is not closed by a step that failed", async () => {
    const it = new Hand(testWorld());
    await it.create(CONTAINER, "k", kuma());
    it.world.faults.stopContainer("home", "uptime-kuma");
    await expect(step(it)).rejects.toThrow("is not running");
    expect(doors(it)).toEqual([open]);
  });
});
