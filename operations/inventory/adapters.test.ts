import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Answer, apiServer, type Request } from "../testing/api-server.ts";
import { cloudflareInventory } from "./cloudflare.ts";
import { dockerInventory } from "./docker.ts";
import { hetznerInventory, hetznerPrices } from "./hetzner.ts";
import { tailscaleInventory } from "./tailscale.ts";

/** As Docker Engine's API 1.41 answers. */
function docker({ path }: Request): Answer {
  if (path === "/containers/json")
    return {
      json: [
        {
          Id: "c1",
          Names: ["/grafana"],
          Image: "grafana/grafana:13.2.3",
          State: "running",
          Ports: [
            { PrivatePort: 3000, Type: "tcp" },
            { IP: "0.0.0.0", PrivatePort: 3000, PublicPort: 3001, Type: "tcp" },
          ],
          Mounts: [
            { Type: "volume", Name: "grafana-data", Destination: "/var/lib/grafana" },
            { Type: "bind", Source: "/srv", Destination: "/srv" },
          ],
        },
      ],
    };
  if (path === "/networks")
    return {
      json: ["bridge", "host", "none", "kitestacks"].map((Name) => ({
        Id: `id-${Name}`,
        Name,
        IPAM: { Driver: "default", Config: [{ Subnet: "172.30.0.0/24", Gateway: "172.30.0.1" }] },
      })),
    };
  if (path === "/volumes") return { json: { Volumes: [{ Name: "grafana-data" }], Warnings: null } };
  return { status: 404, json: { message: "page not found" } };
}

const found = {
  containers: [
    {
      id: "c1",
      name: "grafana",
      image: "grafana/grafana:13.2.3",
      running: true,
      ports: [{ address: "0.0.0.0", port: 3001, protocol: "tcp" }],
      volumes: ["grafana-data"],
    },
  ],
  networks: [{ id: "id-kitestacks", name: "kitestacks", subnet: "172.30.0.0/24" }],
  volumes: [{ name: "grafana-data" }],
};

/** A `ssh` on PATH that runs this script in its place. */
function fakeSsh(script: string): void {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-ssh-"));
  writeFileSync(join(folder, "ssh"), `#!${process.execPath}\n${script}`);
  chmodSync(join(folder, "ssh"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
}

describe("Docker", () => {
  const overSsh = {
    host: "monk",
    connection: { kind: "ssh" as const, user: "root", sshOptions: ["-o", "ControlPersist=60"] },
    address: "100.64.0.1",
  };

  test("through its socket", async () => {
    const { socket } = await apiServer(docker, { socket: true });
    const connection = { kind: "socket" as const, url: `unix://${socket}` };
    expect(await dockerInventory({ host: "monk", connection, address: "" })).toEqual(found);
  });

  test("through SSH, as the provider does it", async () => {
    const { socket } = await apiServer(docker, { socket: true });
    fakeSsh(`
      const expected = "-o BatchMode=yes -o ConnectTimeout=15 -o ControlPersist=60 -l root -- 100.64.0.1 docker system dial-stdio";
      if (process.argv.slice(2).join(" ") !== expected) { console.error(process.argv.slice(2).join(" ")); process.exit(9); }
      const socket = require("node:net").connect(${JSON.stringify(socket)});
      process.stdin.pipe(socket); socket.pipe(process.stdout);`);
    expect(await dockerInventory(overSsh)).toEqual(found);
  });

  test("a host that ssh does not reach is unreachable, in ssh's words", async () => {
    fakeSsh(
      `console.error("ssh: connect to host 100.64.0.1 port 22: No route to host"); process.exitCode = 255;`,
    );
    await expect(dockerInventory(overSsh)).rejects.toMatchObject({
      exitCode: 3,
      message:
        "The Docker of monk does not answer: ssh: connect to host 100.64.0.1 port 22: No route to host",
    });
  });

  test("a socket that nobody listens on is unreachable", async () => {
    const connection = { kind: "socket" as const, url: "unix:///nowhere/docker.sock" };
    const looking = dockerInventory({ host: "shed", connection, address: "" });
    await expect(looking).rejects.toMatchObject({ exitCode: 3 });
    await expect(looking).rejects.toThrow("The Docker of shed does not answer: connect ENOENT");
  });
});

describe("Cloudflare", () => {
  const access = { token: "t", accountId: "acc", zoneId: "zone" };
  const record = (id: string) => ({
    id,
    name: `${id}.example.com`,
    type: "A",
    content: "203.0.113.1",
    proxied: true,
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

describe("Hetzner", () => {
  test("reads every page of everything", async () => {
    const { url } = await apiServer(({ path, query }) => {
      const page = Number(query.get("page"));
      const meta = { pagination: { page, next_page: path === "/servers" && page === 1 ? 2 : null } };
      const server = {
        id: page,
        name: `s${page}`,
        status: "running",
        server_type: { name: "cpx21" },
        location: { name: "hil" },
      };
      const answers: Record<string, unknown> = {
        "/servers": { servers: [server] },
        "/firewalls": { firewalls: [{ id: 7, name: "kscloud1" }] },
        "/ssh_keys": { ssh_keys: [{ id: 8, name: "me", public_key: "ssh-ed25519 AAAA" }] },
        "/primary_ips": { primary_ips: [{ id: 9, name: "kscloud1", ip: "203.0.113.9" }] },
      };
      return { json: { ...(answers[path] as object), meta } };
    });
    expect(await hetznerInventory({ token: "t", baseUrl: url })).toEqual({
      servers: ["1", "2"].map((id) => ({
        id,
        name: `s${id}`,
        type: "cpx21",
        location: "hil",
        running: true,
      })),
      firewalls: [{ id: "7", name: "kscloud1" }],
      sshKeys: [{ id: "8", name: "me", publicKey: "ssh-ed25519 AAAA" }],
      primaryIps: [{ id: "9", name: "kscloud1", address: "203.0.113.9" }],
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
