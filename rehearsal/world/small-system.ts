import * as cloudflare from "@pulumi/cloudflare";
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as hcloud from "@pulumi/hcloud";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import * as random from "@pulumi/random";
import * as tailscale from "@pulumi/tailscale";
import { onTestFinished } from "vitest";
import { openEngine } from "../engine/engine.ts";
import type { FoundEngine } from "../engine/found.ts";
import { temporaryProject } from "../engine/testing.ts";
import { serveProviders } from "../provider/server.ts";
import { ACCOUNT, CLOUDFLARE_TOKEN, HCLOUD_TOKEN, TAILSCALE_KEY, ZONE } from "./testing.ts";
import type { World } from "./world.ts";

const SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0b8XWQ2m1uZ0hR3xZ2F1kq7b0cVt3aA2s1Qe5XyZ9k test";

function cloudInit(key: string): string {
  return `#cloud-config\nruncmd:\n  - fallocate -l 6G /swapfile\n  - curl -fsSL https://get.docker.com | sh\n  - tailscale up --authkey=${key} --hostname=cloud\n`;
}

/** What the small system's program may be told to do differently between two runs. */
export interface Wishes {
  image: string;
  password: string;
  restart: string;
}

/** A VPS that joins the tailnet, a tunnel to it, a database and its connector: every cloud takes part, with the real SDKs. */
function smallSystem(wishes: Wishes): PulumiFn {
  return async () => {
    const tailnet = new tailscale.Provider("tailnet", { apiKey: TAILSCALE_KEY });
    const edge = new cloudflare.Provider("edge", { apiToken: CLOUDFLARE_TOKEN });
    const hetzner = new hcloud.Provider("hetzner", { token: pulumi.secret(HCLOUD_TOKEN) });
    const policy = {
      tagOwners: { "tag:host": ["autogroup:admin"] },
      grants: [
        { src: ["autogroup:admin"], dst: ["*"], ip: ["*"] },
        { src: ["tag:host"], dst: ["tag:host"], ip: ["tcp:5432"] },
      ],
      tests: [{ src: "tag:host", accept: ["tag:host:5432"], deny: ["tag:host:22"] }],
    };
    const acl = new tailscale.Acl(
      "policy",
      { acl: JSON.stringify(policy, null, "\t") },
      { provider: tailnet },
    );
    const join = new tailscale.TailnetKey(
      "join",
      { tags: ["tag:host"], preauthorized: true, reusable: false, expiry: 3600, recreateIfInvalid: "never" },
      { provider: tailnet, dependsOn: acl },
    );
    const sshKey = new hcloud.SshKey("owner", { publicKey: SSH_KEY }, { provider: hetzner });
    const firewall = new hcloud.Firewall(
      "closed",
      { rules: [{ direction: "in", protocol: "icmp", sourceIps: ["0.0.0.0/0", "::/0"] }] },
      { provider: hetzner },
    );
    const ip = new hcloud.PrimaryIp(
      "address",
      { name: "cloud", type: "ipv4", assigneeType: "server", location: "hil", autoDelete: false },
      { provider: hetzner },
    );
    const server = new hcloud.Server(
      "cloud",
      {
        name: "cloud",
        serverType: "cpx21",
        image: "debian-13",
        location: "hil",
        userData: join.key.apply(cloudInit),
        sshKeys: [sshKey.id],
        firewallIds: [firewall.id.apply(Number)],
        publicNets: [{ ipv4: ip.id.apply(Number), ipv4Enabled: true, ipv6Enabled: true }],
        deleteProtection: true,
        rebuildProtection: true,
      },
      { provider: hetzner, ignoreChanges: ["userData", "sshKeys", "image"] },
    );
    const device = tailscale.getDeviceOutput(
      { hostname: server.id.apply(() => "cloud"), waitFor: "300s" },
      { provider: tailnet },
    );
    const address = device.addresses.apply((addresses) => addresses[0] ?? "");
    const secret = new random.RandomPassword("tunnel", { length: 32 }).result;
    const tunnelSecret = secret.apply((value) => Buffer.from(value).toString("base64"));
    const tunnel = new cloudflare.ZeroTrustTunnelCloudflared(
      "tunnel",
      { accountId: ACCOUNT, name: "kite", configSrc: "cloudflare", tunnelSecret },
      { provider: edge },
    );
    new cloudflare.ZeroTrustTunnelCloudflaredConfig(
      "ingress",
      {
        accountId: ACCOUNT,
        tunnelId: tunnel.id,
        config: {
          ingresses: [
            { hostname: "db.example.com", service: "http://postgres:5432" },
            { service: "http_status:404" },
          ],
        },
      },
      { provider: edge },
    );
    new cloudflare.DnsRecord(
      "db",
      {
        zoneId: ZONE,
        name: "db.example.com",
        type: "CNAME",
        content: pulumi.interpolate`${tunnel.id}.cfargotunnel.com`,
        proxied: true,
        ttl: 1,
        comment: "test",
      },
      { provider: edge },
    );
    new cloudflare.ZoneSetting(
      "https",
      { zoneId: ZONE, settingId: "always_use_https", value: "on" },
      { provider: edge },
    );
    const token = cloudflare.getZeroTrustTunnelCloudflaredTokenOutput(
      { accountId: ACCOUNT, tunnelId: tunnel.id },
      { provider: edge },
    ).token;
    const host = new docker.Provider("docker", { host: pulumi.interpolate`ssh://root@${address}` });
    const options = {
      provider: host,
      replaceOnChanges: ["healthcheck", "tmpfs", "init"],
    };
    const network = new docker.Network(
      "kitestacks",
      { name: "kitestacks", ipamConfigs: [{ subnet: "172.30.0.0/24", gateway: "172.30.0.1" }] },
      { provider: host },
    );
    const volume = new docker.Volume("data", { name: "data" }, { provider: host, retainOnDelete: true });
    const image = new docker.RemoteImage(
      "image",
      { name: wishes.image, keepLocally: true },
      { provider: host },
    );
    const postgres = new docker.Container(
      "postgres",
      {
        name: "postgres",
        image: wishes.image,
        envs: [pulumi.secret(`POSTGRES_PASSWORD=${wishes.password}`)],
        volumes: [{ volumeName: volume.name, containerPath: "/var/lib/postgresql/data" }],
        networksAdvanced: [{ name: network.name }],
        networkMode: "bridge",
        restart: wishes.restart,
        memory: 256,
        memorySwap: 512,
        ports: [{ internal: 5432, external: 5432, ip: address }],
        healthcheck: {
          tests: ["CMD", "pg_isready"],
          interval: "10s",
          timeout: "5s",
          startPeriod: "30s",
          retries: 3,
        },
        wait: true,
      },
      { ...options, dependsOn: image },
    );
    new docker.Container(
      "cloudflared",
      {
        name: "cloudflared",
        image: "cloudflare/cloudflared:2026.10.0",
        command: ["tunnel", "--metrics", "127.0.0.1:20241", "run"],
        envs: [pulumi.interpolate`TUNNEL_TOKEN=${token}`],
        networksAdvanced: [{ name: network.name }],
        networkMode: "bridge",
        memory: 96,
        memorySwap: 192,
        healthcheck: {
          tests: ["CMD", "cloudflared", "tunnel", "--metrics", "127.0.0.1:20241", "ready"],
          interval: "30s",
          timeout: "5s",
          startPeriod: "30s",
          retries: 3,
        },
        wait: true,
      },
      options,
    );
    new command.remote.Command(
      "first-run",
      {
        connection: { host: address, user: "root" },
        create: "docker exec -i postgres psql",
        stdin: pulumi.secret(`SELECT '${wishes.password}'`),
        logging: "none",
        addPreviousOutputInEnv: false,
      },
      { dependsOn: postgres, ignoreChanges: ["connection"], additionalSecretOutputs: ["stdout", "stderr"] },
    );
  };
}

/** The small system over a world and the real engine; everything ends with the running test. */
export async function openSystem(engine: FoundEngine, world: World, wishes: Wishes) {
  const server = await serveProviders(world.providers());
  onTestFinished(server.close);
  const session = await openEngine({
    engine,
    stackFilesDir: temporaryProject({ "Pulumi.cloud.yaml": "config: {}\n" }),
    program: smallSystem(wishes),
    debugProviders: server.debugProviders,
  });
  onTestFinished(session.close);
  return session.stack("cloud");
}
