import { describe, expect, test } from "vitest";
import type { Properties } from "../../provider/provider.ts";
import { ACCOUNT, CONTAINER, exporter, Hand, type Kept, testWorld, ZONE } from "../testing.ts";
import { decodeToken } from "./connectors.ts";

const TUNNEL = "cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared";
const CONFIG = "cloudflare:index/zeroTrustTunnelCloudflaredConfig:ZeroTrustTunnelCloudflaredConfig";
const RECORD = "cloudflare:index/dnsRecord:DnsRecord";
const SETTING = "cloudflare:index/zoneSetting:ZoneSetting";
const RULESET = "cloudflare:index/ruleset:Ruleset";
const TOKEN = "cloudflare:index/getZeroTrustTunnelCloudflaredToken:getZeroTrustTunnelCloudflaredToken";
const SECRET = Buffer.alloc(32, 7).toString("base64");

const tunnel = (change: Properties = {}): Properties => ({
  accountId: ACCOUNT,
  name: "kite",
  configSrc: "cloudflare",
  tunnelSecret: SECRET,
  ...change,
});
const config = (kept: Kept, ingresses: Properties[]): Properties => ({
  accountId: ACCOUNT,
  tunnelId: kept.id,
  config: { ingresses },
});
const LAST = { service: "http_status:404" };
const record = (change: Properties = {}): Properties => ({
  zoneId: ZONE,
  name: "git.example.com",
  type: "CNAME",
  content: "abc.cfargotunnel.com",
  proxied: true,
  ttl: 1,
  ...change,
});

async function connector(it: Hand, kept: Kept) {
  const { token } = await it.invoke(TOKEN, { accountId: ACCOUNT, tunnelId: kept.id });
  const change = {
    name: "cloudflared",
    image: "cloudflare/cloudflared:2026.10.0",
    command: ["tunnel", "--metrics", "127.0.0.1:20241", "run"],
    envs: [`TUNNEL_TOKEN=${String(token)}`],
    healthcheck: { tests: ["CMD", "cloudflared", "tunnel", "--metrics", "127.0.0.1:20241", "ready"] },
  };
  return it.create(CONTAINER, "cloudflared", exporter(change));
}

/** The rules stand in the README, Cloudflare. */
describe("a tunnel", () => {
  test("settles, and its token is base64 of account, id and secret", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(TUNNEL, "t", tunnel());
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    const { token } = await it.invoke(TOKEN, { accountId: ACCOUNT, tunnelId: kept.id });
    expect(decodeToken(String(token))).toEqual({ account: ACCOUNT, tunnel: kept.id, secret: SECRET });
  });

  test("has a source of configuration that is local unless said otherwise, and whose change replaces", async () => {
    const it = new Hand(testWorld());
    const { configSrc: _left, ...without } = tunnel();
    const kept = await it.create(TUNNEL, "t", without);
    expect(kept.state["configSrc"]).toBe("local");
    expect(await it.diff(kept, tunnel())).toMatchObject({ replaces: ["configSrc"] });
    await expect(it.create(CONFIG, "c", config(kept, [LAST]))).rejects.toThrow(
      'set configSrc to "cloudflare"',
    );
  });

  test("has a name of its own and an account that the token reaches", async () => {
    const it = new Hand(testWorld());
    await it.create(TUNNEL, "t", tunnel());
    await expect(it.create(TUNNEL, "u", tunnel())).rejects.toThrow(
      "You already have a tunnel with this name: kite (1013)",
    );
    await expect(it.create(TUNNEL, "u", tunnel({ accountId: "other" }))).rejects.toThrow(
      "no access to account other",
    );
    await expect(it.create(TUNNEL, "u", tunnel({ name: "u", tunnelSecret: "c2hvcnQ=" }))).rejects.toThrow(
      "at least 32 bytes",
    );
  });

  test("deleted by hand keeps answering: no refresh finds it, only deleted_at tells", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(TUNNEL, "t", tunnel());
    it.world.faults.deleteTunnel("kite");
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    expect((await it.read(kept))?.state["deletedAt"]).toBe(it.world.state.clock);
    await expect(it.invoke(TOKEN, { accountId: ACCOUNT, tunnelId: kept.id })).rejects.toThrow(
      "Tunnel not found",
    );
  });

  test("with running connectors survives its deletion, so that it cannot be made again", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(TUNNEL, "t", tunnel());
    const running = await connector(it, kept);
    expect(it.world.connectors(kept.id)).toEqual(["home"]);
    await it.delete(kept);
    await expect(it.create(TUNNEL, "t", tunnel())).rejects.toThrow("(1013)");
    await it.delete(running);
    await it.delete(kept);
    await expect(it.create(TUNNEL, "t", tunnel())).resolves.toMatchObject({ name: "t" });
  });

  test("has no connector whose secret is another, or whose machine is away", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(TUNNEL, "t", tunnel());
    await connector(it, kept);
    it.world.faults.goAway("home");
    expect(it.world.connectors(kept.id)).toEqual([]);
    it.world.faults.comeBack("home");
    await it.update(kept, tunnel({ tunnelSecret: Buffer.alloc(32, 8).toString("base64") }));
    expect(it.world.connectors(kept.id)).toEqual([]);
    expect(it.world.health("home", "cloudflared").reason).toContain(
      "does not carry the secret of tunnel kite",
    );
  });
});

describe("a tunnel's ingress", () => {
  test("without a catch-all passes the check and is refused at up", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(TUNNEL, "t", tunnel());
    const rules = [{ hostname: "git.example.com", service: "http://forgejo:3000" }];
    expect((await it.check(CONFIG, "c", config(kept, rules))).failures).toEqual([]);
    await expect(it.create(CONFIG, "c", config(kept, rules))).rejects.toThrow(
      "The last ingress rule must match all URLs",
    );
  });

  test.each<[string, Properties[], string]>([
    [
      "a catch-all before the end",
      [LAST, { hostname: "a.example.com", service: "http://a:1" }, LAST],
      "Rule #1 is matching the hostname ''",
    ],
    [
      "a service that is none",
      [{ hostname: "a.example.com", service: "forgejo" }, LAST],
      "forgejo is not a valid origin service",
    ],
  ])("with %s is refused", async (_what, rules, message) => {
    const it = new Hand(testWorld());
    const kept = await it.create(TUNNEL, "t", tunnel());
    await expect(it.create(CONFIG, "c", config(kept, rules))).rejects.toThrow(message);
  });

  test("settles, is written as a whole by the last writer, and stays when the resource goes", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(TUNNEL, "t", tunnel());
    const rules = [
      { hostname: "git.example.com", service: "http://forgejo:3000", originRequest: { noTlsVerify: true } },
      LAST,
    ];
    const ingress = await it.create(CONFIG, "c", config(kept, rules));
    expect(await it.drift(ingress)).toMatchObject({ changes: "none" });
    it.world.faults.editIngress("kite", "git.example.com", "http://elsewhere:1");
    expect(await it.drift(ingress)).toMatchObject({ diffs: ["config.ingresses[0].service"], replaces: [] });
    await it.create(CONFIG, "other", config(kept, [LAST]));
    expect(it.world.state.cloudflare.tunnelConfigs[kept.id]?.ingresses).toHaveLength(1);
    await it.delete(ingress);
    expect(it.world.state.cloudflare.tunnelConfigs[kept.id]?.ingresses).toHaveLength(1);
  });
});

describe("a DNS record", () => {
  test("settles, and an edited or removed one is found", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(RECORD, "git", record({ comment: "forge" }));
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    it.world.faults.editRecord("git.example.com", { content: "1.2.3.4.example.com", comment: "" });
    expect(await it.drift(kept)).toMatchObject({ diffs: ["content", "comment"], replaces: [] });
    it.world.faults.removeRecord("git.example.com");
    expect(await it.drift(kept)).toBe("gone");
  });

  test.each<[string, Properties, string]>([
    ["without ttl", { ttl: null }, 'Missing required argument: "ttl"'],
    [
      "that is proxied with a ttl of its own",
      { ttl: 300 },
      "ttl must be 1 when `proxied` is true: git.example.com has 300",
    ],
    ["with a ttl out of range", { proxied: false, ttl: 5 }, "Invalid TTL 5"],
    [
      "of another zone",
      { name: "git.example.org" },
      '"git.example.org" is not in zone example.com; write the full name',
    ],
    ["with a short name", { name: "git" }, "write the full name"],
    ["in an unknown zone", { zoneId: "other" }, "no access to zone other"],
  ])("%s is refused", async (_what, change, message) => {
    await expect(new Hand(testWorld()).create(RECORD, "git", record(change))).rejects.toThrow(message);
  });

  test.each<[string, Properties]>([
    ["a CNAME", {}],
    ["an A record", { type: "A", content: "1.2.3.4" }],
  ])("beside one of the same name is refused: %s", async (_what, change) => {
    const it = new Hand(testWorld());
    it.world.faults.addRecord({
      zoneId: ZONE,
      name: "git.example.com",
      type: "CNAME",
      content: "old.example.com",
    });
    await expect(it.create(RECORD, "git", record(change))).rejects.toThrow(
      "An A, AAAA, or CNAME record with that host already exists: git.example.com is a CNAME to old.example.com (81053)",
    );
  });

  test("is adopted by importing it", async () => {
    const it = new Hand(testWorld());
    it.world.faults.addRecord({
      zoneId: ZONE,
      name: "git.example.com",
      type: "CNAME",
      content: "abc.cfargotunnel.com",
      proxied: true,
    });
    const [id = ""] = Object.keys(it.world.state.cloudflare.records);
    const imported = await it.read({ type: RECORD, name: "git", id: `${ZONE}/${id}`, inputs: {}, state: {} });
    if (!imported) throw new Error("not found");
    expect(await it.diff(imported, record())).toMatchObject({ changes: "none" });
  });

  test("with capital letters never settles", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(RECORD, "git", record({ content: "ABC.cfargotunnel.com" }));
    expect(await it.drift(kept)).toMatchObject({ diffs: ["content"] });
  });
});

describe("a zone setting", () => {
  const https = { zoneId: ZONE, settingId: "always_use_https", value: "on" };

  test("settles, a lowered one is found, and it stays when the resource goes", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(SETTING, "https", https);
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    it.world.faults.editSetting(ZONE, "always_use_https", "off");
    expect(await it.drift(kept)).toMatchObject({ diffs: ["value"], replaces: [] });
    await it.delete(await it.update(kept, https));
    expect(it.world.state.cloudflare.settings[ZONE]).toEqual({ always_use_https: "on" });
  });

  test("has a snake_case name", async () => {
    const change = { ...https, settingId: "alwaysUseHttps" };
    await expect(new Hand(testWorld()).create(SETTING, "https", change)).rejects.toThrow(
      "Undefined zone setting: alwaysUseHttps",
    );
  });
});

describe("a ruleset", () => {
  const redirect = (targetUrl: Properties): Properties => ({
    zoneId: ZONE,
    kind: "zone",
    phase: "http_request_dynamic_redirect",
    name: "www",
    rules: [
      {
        ref: "www",
        action: "redirect",
        expression: "true",
        actionParameters: { fromValue: { statusCode: 301, targetUrl } },
      },
    ],
  });

  test("settles, and a phase has only one", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(RULESET, "www", redirect({ value: "https://example.com" }));
    expect(await it.drift(kept)).toMatchObject({ changes: "none" });
    await expect(it.create(RULESET, "two", redirect({ value: "https://example.com" }))).rejects.toThrow(
      "A similar configuration with rules already exists",
    );
  });

  test("redirects to a value or an expression, not both", async () => {
    const both = redirect({ value: "https://example.com", expression: "http.host" });
    await expect(new Hand(testWorld()).create(RULESET, "www", both)).rejects.toThrow(
      "exactly one of targetUrl.value and targetUrl.expression",
    );
  });
});

test("a zone is looked up by name or id, and must be the only one", async () => {
  const it = new Hand(testWorld());
  const getZone = "cloudflare:index/getZone:getZone";
  expect(await it.invoke(getZone, { filter: { name: "example.com" } })).toMatchObject({
    zoneId: ZONE,
    account: { id: ACCOUNT },
  });
  await expect(it.invoke(getZone, { filter: { name: "example.org" } })).rejects.toThrow(
    "0 zones are named example.org",
  );
});

test("an unknown API token is refused", async () => {
  const it = new Hand(testWorld(), { cloudflare: { apiToken: "other" } });
  await expect(it.create(RECORD, "git", record())).rejects.toThrow("Invalid API Token");
});
