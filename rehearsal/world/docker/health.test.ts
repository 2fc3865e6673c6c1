import { describe, expect, test } from "vitest";
import type { Properties } from "../../provider/provider.ts";
import { CONTAINER, exporter, Hand, HOME, NETWORK, testWorld, VOLUME } from "../testing.ts";

async function healthOf(change: Properties, hand = new Hand(testWorld())) {
  await hand
    .create(CONTAINER, "c", { ...exporter(), name: "c", wait: false, ...change })
    .catch(() => undefined);
  return hand.world.health("home", "c");
}

const check = (...tests: string[]): Properties => ({ healthcheck: { tests } });

describe("a health check", () => {
  test.each<[string, Properties, string]>([
    [
      "with a tool the image lacks",
      check("CMD", "curl", "http://127.0.0.1:9100/"),
      "calls curl, which the image",
    ],
    [
      "with a shell in an image that has none",
      { image: "portainer/portainer-ce:2.45.1", memory: 128, memorySwap: 256, ...check("CMD-SHELL", "true") },
      "calls sh, which the image portainer/portainer-ce:2.45.1 does not have (it has none;",
    ],
    [
      "in a pipe with a tool the image lacks",
      check("CMD-SHELL", "wget -q http://127.0.0.1:9100/ | jq ."),
      "calls jq",
    ],
    [
      "of a port nobody listens on",
      check("CMD", "wget", "http://127.0.0.1:9090/"),
      "asks 127.0.0.1:9090, where nothing listens in the container (it listens on 0.0.0.0:9100)",
    ],
    [
      "of loopback when the process listens elsewhere",
      { networkMode: "host", command: ["--web.listen-address=100.64.0.2:9100"] },
      "asks 127.0.0.1:9100, where nothing listens in the container (it listens on 100.64.0.2:9100)",
    ],
    ["of no URL at all", check("CMD", "wget", "--help"), "names no URL"],
    [
      "that is no CMD",
      check("wget", "http://127.0.0.1:9100/"),
      'begins with "wget"; Docker knows CMD, CMD-SHELL and NONE',
    ],
  ])("%s fails", async (_what, change, reason) => {
    const health = await healthOf(change);
    expect(health).toMatchObject({ running: true, healthy: false });
    expect(health.reason).toContain(reason);
  });

  test.each<[string, Properties]>([
    [
      "of the address the process listens on",
      {
        networkMode: "host",
        command: ["--web.listen-address=100.64.0.2:9100"],
        ...check("CMD", "wget", "http://100.64.0.2:9100/"),
      },
    ],
    ["by a shell line with an OR", check("CMD-SHELL", "wget -q --spider http://127.0.0.1:9100/ || exit 1")],
    ["by sh -c", check("CMD", "sh", "-c", "wget -q http://127.0.0.1:9100/ | grep -q ok")],
  ])("%s passes", async (_what, change) => {
    expect(await healthOf(change)).toEqual({ running: true, healthy: true, reason: "", degraded: [] });
  });

  test("switched off by NONE is no health check", async () => {
    expect(await healthOf(check("NONE"))).toEqual({
      running: true,
      healthy: undefined,
      reason: "",
      degraded: [],
    });
  });
});

describe("a process", () => {
  test.each<[string, Properties, string]>([
    [
      "that may not read its file",
      { uploads: [{ file: "/etc/x", content: "x", permissions: "0600" }] },
      "/etc/x is 0:0 0600: its user 65534 cannot read it",
    ],
    [
      "on the host's network with an address the host has not",
      { networkMode: "host", command: ["--web.listen-address=100.64.0.9:9100"] },
      "listen tcp 100.64.0.9:9100: bind: cannot assign requested address",
    ],
    [
      "whose file a tmpfs hides",
      { uploads: [{ file: "/run/x", content: "x" }], tmpfs: { "/run": "" } },
      "/run/x is hidden by a tmpfs",
    ],
    [
      "without what its command line names",
      { command: ["--path.rootfs=/host"] },
      "--path.rootfs /host: nothing is mounted there",
    ],
    [
      "whose configuration file is missing",
      {
        image: "prom/prometheus:v3.15.0",
        memory: 256,
        memorySwap: 512,
        command: ["--config.file=/etc/prometheus/other.yml"],
      },
      "--config.file /etc/prometheus/other.yml: no such file in the container",
    ],
    [
      "of authentik without a command",
      {
        image: "ghcr.io/goauthentik/server:2026.8.3",
        memory: 900,
        memorySwap: 1800,
        envs: ["AUTHENTIK_SECRET_KEY=x"],
      },
      'authentik needs the command "server" or "worker"',
    ],
    [
      "of LiteLLM with a malformed key",
      {
        image: "ghcr.io/berriai/litellm:v1.103.3",
        memory: 640,
        memorySwap: 1280,
        envs: ["LITELLM_MASTER_KEY=abc"],
      },
      "LITELLM_MASTER_KEY must start with sk-",
    ],
    [
      "of cloudflared without a token",
      { image: "cloudflare/cloudflared:2026.10.0", memory: 96, memorySwap: 192, command: ["tunnel", "run"] },
      "cloudflared has no TUNNEL_TOKEN",
    ],
    [
      "of cloudflared with a token of no tunnel",
      {
        image: "cloudflare/cloudflared:2026.10.0",
        memory: 96,
        memorySwap: 192,
        envs: [`TUNNEL_TOKEN=${Buffer.from('{"a":"x","t":"gone","s":"y"}').toString("base64")}`],
      },
      "TUNNEL_TOKEN is for tunnel gone, which does not exist",
    ],
    [
      "of Postgres without a password",
      { image: "postgres:17-alpine", memory: 256, memorySwap: 512 },
      "superuser password is not specified",
    ],
  ])("%s does not run", async (_what, change, reason) => {
    const { healthcheck: _none, ...rest } = exporter(change);
    const health = await healthOf({ ...rest, name: "c", wait: false });
    expect(health.running).toBe(false);
    expect(health.reason).toContain(reason);
  });

  test("that ends at once makes the creation fail even without wait", async () => {
    const it = new Hand(testWorld());
    const change = { wait: false, command: ["--path.rootfs=/host"] };
    await expect(it.create(CONTAINER, "c", exporter(change))).rejects.toThrow(
      "container exited immediately: --path.rootfs /host: nothing is mounted there",
    );
  });

  test.each([
    ["its owner", { owner: "65534", permissions: "0400" }],
    ["its group", { group: "65534", permissions: "0040" }],
    ["everybody", { permissions: "0644" }],
  ])("reads a file that is open to %s", async (_who, access) => {
    expect(await healthOf({ uploads: [{ file: "/etc/x", content: "x", ...access }] })).toMatchObject({
      healthy: true,
    });
  });
});

/** Postgres remembers the password its volume was made with; a database is reached by name or over the tailnet. */
describe("a database and who needs it", () => {
  const postgres = (change: Properties = {}): Properties => ({
    name: "postgres",
    image: "postgres:17-alpine",
    memory: 256,
    memorySwap: 512,
    envs: ["POSTGRES_USER=authentik", "POSTGRES_PASSWORD=first", "POSTGRES_DB=authentik"],
    volumes: [{ volumeName: "pgdata", containerPath: "/var/lib/postgresql/data" }],
    networksAdvanced: [{ name: "net" }],
    ports: [{ internal: 5432, external: 5432, ip: "100.64.0.2" }],
    healthcheck: { tests: ["CMD", "pg_isready"] },
    wait: true,
    ...change,
  });
  const authentik = (host: string, password: string, change: Properties = {}): Properties => ({
    name: "authentik",
    image: "ghcr.io/goauthentik/server:2026.8.3",
    command: ["server"],
    memory: 900,
    memorySwap: 1800,
    envs: [
      "AUTHENTIK_SECRET_KEY=key",
      `AUTHENTIK_POSTGRESQL__HOST=${host}`,
      "AUTHENTIK_POSTGRESQL__USER=authentik",
      "AUTHENTIK_POSTGRESQL__NAME=authentik",
      `AUTHENTIK_POSTGRESQL__PASSWORD=${password}`,
    ],
    healthcheck: { tests: ["CMD", "ak", "healthcheck"] },
    wait: true,
    waitTimeout: 300,
    ...change,
  });
  const POLICY = (ip: string): string =>
    JSON.stringify({
      tagOwners: { "tag:host": [] },
      grants: [
        { src: ["autogroup:admin"], dst: ["*"], ip: ["*"] },
        { src: ["tag:host"], dst: ["tag:host"], ip: [ip] },
      ],
    });

  async function twoHosts(policy?: string) {
    const tags = ["tag:host"];
    const world = testWorld({
      machines: [
        { name: "home", tailnetAddress: "100.64.0.2", docker: HOME, tags },
        { name: "desk", tailnetAddress: "100.64.0.3", docker: "ssh://root@100.64.0.3", tags },
      ],
      tailscale: { apiKeys: ["tskey-api-test"], policy: policy ?? POLICY("tcp:5432") },
    });
    const it = new Hand(world);
    await it.create(NETWORK, "net", { name: "net" });
    await it.create(VOLUME, "pgdata", { name: "pgdata" });
    const server = await it.create(CONTAINER, "postgres", postgres());
    return { world, it, desk: it.at("ssh://root@100.64.0.3"), server };
  }

  test("is reached by its container name on a shared network", async () => {
    const { it } = await twoHosts();
    const kept = await it.create(
      CONTAINER,
      "a",
      authentik("postgres", "first", { networksAdvanced: [{ name: "net" }] }),
    );
    expect(kept.id).toHaveLength(64);
  });

  test("is not reached by name without a shared network", async () => {
    const { it } = await twoHosts();
    await expect(it.create(CONTAINER, "a", authentik("postgres", "first"))).rejects.toThrow(
      "its postgres is out of reach: postgres: no such host (no container of that name on its networks)",
    );
  });

  test("is reached from another host over the tailnet", async () => {
    const { desk } = await twoHosts();
    await expect(desk.create(CONTAINER, "a", authentik("100.64.0.2", "first"))).resolves.toMatchObject({
      name: "a",
    });
  });

  test("is not reached when the policy does not let the hosts", async () => {
    const { desk } = await twoHosts(POLICY("tcp:6379"));
    await expect(desk.create(CONTAINER, "a", authentik("100.64.0.2", "first"))).rejects.toThrow(
      "100.64.0.2:5432: i/o timeout (the tailnet policy does not let desk connect)",
    );
  });

  test("is not reached when its host is away", async () => {
    const { desk, world } = await twoHosts();
    world.faults.goAway("home");
    await expect(desk.create(CONTAINER, "a", authentik("100.64.0.2", "first"))).rejects.toThrow(
      "100.64.0.2:5432: i/o timeout (no device at that address on the tailnet)",
    );
  });

  test("is not reached when it is stopped, which makes who needs it unhealthy", async () => {
    const { desk, world } = await twoHosts();
    await desk.create(CONTAINER, "a", authentik("100.64.0.2", "first"));
    expect(world.health("desk", "authentik").healthy).toBe(true);
    world.faults.stopContainer("home", "postgres");
    expect(world.health("desk", "authentik")).toMatchObject({
      running: true,
      healthy: false,
      reason:
        "its postgres is out of reach: 100.64.0.2:5432: connection refused (nothing listens there on home)",
    });
  });

  test.each([
    ["password", "second", "authentik", 'password authentication failed for user "authentik"'],
    ["database", "first", "other", 'database "other" does not exist'],
  ])("wants the right %s", async (_what, password, database, message) => {
    const { desk } = await twoHosts();
    const wanted = authentik("100.64.0.2", password);
    const envs = [
      ...(wanted["envs"] as string[]).filter((line) => !line.includes("NAME")),
      `AUTHENTIK_POSTGRESQL__NAME=${database}`,
    ];
    await expect(desk.create(CONTAINER, "a", { ...wanted, envs })).rejects.toThrow(message);
  });

  test("keeps the password of its first start until ALTER ROLE changes it", async () => {
    const { it, desk, world, server } = await twoHosts();
    await it.delete(server);
    const changed = ["POSTGRES_USER=authentik", "POSTGRES_PASSWORD=second", "POSTGRES_DB=authentik"];
    await it.create(CONTAINER, "postgres", postgres({ envs: changed }));
    expect(world.health("home", "postgres").healthy).toBe(true);
    await expect(desk.create(CONTAINER, "a", authentik("100.64.0.2", "second"))).rejects.toThrow(
      "the volume remembers the password it was first made with",
    );
    world.faults.removeContainer("desk", "authentik");
    await it.create("command:remote:Command", "rotate", {
      connection: { host: "100.64.0.2" },
      create: "docker exec -i postgres psql -U authentik",
      stdin: "ALTER ROLE authentik PASSWORD 'second';",
    });
    await expect(desk.create(CONTAINER, "a", authentik("100.64.0.2", "second"))).resolves.toMatchObject({
      name: "a",
    });
  });

  test("authentik is given the time of a first start", async () => {
    const { desk } = await twoHosts();
    await expect(
      desk.create(CONTAINER, "a", authentik("100.64.0.2", "first", { waitTimeout: 60 })),
    ).rejects.toThrow("authentik may take 120 seconds to answer and waitTimeout is 60");
  });
});

describe("a container that does without", () => {
  const karakeep = (meili: string): Properties => ({
    name: "karakeep",
    image: "ghcr.io/karakeep-app/karakeep:0.33.2",
    memory: 512,
    memorySwap: 1024,
    networksAdvanced: [{ name: "net" }],
    envs: [
      "DATA_DIR=/data",
      "NEXTAUTH_SECRET=x",
      `MEILI_ADDR=${meili}`,
      "OPENAI_BASE_URL=https://openrouter.ai/api/v1",
    ],
    healthcheck: { tests: ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:3000/api/health"] },
    wait: true,
  });
  const meilisearch: Properties = {
    name: "meilisearch",
    image: "getmeili/meilisearch:v1.41.0",
    memory: 256,
    memorySwap: 512,
    networksAdvanced: [{ name: "net" }],
  };

  test.each([
    ["the one it names", "http://meilisearch:7700", []],
    [
      "a name nobody has",
      "http://meili:7700",
      ["its http is out of reach: meili: no such host (no container of that name on its networks)"],
    ],
    [
      "a port nobody listens on",
      "http://meilisearch:80",
      [
        "its http is out of reach: meilisearch:80: connection refused (container meilisearch does not listen there)",
      ],
    ],
  ])("is healthy all the same: %s", async (_what, url, degraded) => {
    const it = new Hand(testWorld());
    await it.create(NETWORK, "net", { name: "net" });
    await it.create(CONTAINER, "meilisearch", meilisearch);
    await it.create(CONTAINER, "karakeep", karakeep(url));
    expect(it.world.health("home", "karakeep")).toEqual({
      running: true,
      healthy: true,
      reason: "",
      degraded,
    });
  });
});

describe("a Redis server", () => {
  const redis = (change: Properties): Properties => ({
    name: "redis",
    image: "redis:7.2-alpine",
    memory: 48,
    memorySwap: 96,
    command: ["redis-server", "/etc/redis.conf"],
    uploads: [
      {
        file: "/etc/redis.conf",
        content: "port 6379\nrequirepass hush\n",
        owner: "999",
        permissions: "0400",
      },
    ],
    envs: ["REDISCLI_AUTH=hush"],
    healthcheck: { tests: ["CMD", "sh", "-c", "redis-cli ping | grep -q PONG"] },
    wait: true,
    ...change,
  });

  test("takes its password from the file and its health check from REDISCLI_AUTH", async () => {
    await expect(new Hand(testWorld()).create(CONTAINER, "redis", redis({}))).resolves.toMatchObject({
      name: "redis",
    });
  });

  test("is unhealthy when the two differ", async () => {
    await expect(new Hand(testWorld()).create(CONTAINER, "redis", redis({ envs: [] }))).rejects.toThrow(
      "redis-cli answers NOAUTH Authentication required",
    );
  });
});
