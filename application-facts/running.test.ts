import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { runService } from "../metrics-api/src/testing/process.ts";
import { startServer } from "../metrics-api/src/testing/servers.ts";
import { containerNamed, describeWith, plain, secretValue, start } from "../operations/real/real.ts";
import { redisRemedy, startRedis } from "../operations/real/redis.ts";
import { input } from "../portal/testing/examples.ts";
import { startNameServer } from "../portal/testing/name-server.ts";
import { startNginx } from "../portal/testing/nginx.ts";
import { nginxRemedy, withoutNginx } from "../portal/testing/tools.ts";
import { freePort } from "../rehearsal/serve/free-port.ts";
import { ask } from "./ask.ts";
import { type ApplicationFacts, isAsked } from "./fact.ts";
import { homepage } from "./homepage.ts";
import { metricsApi } from "./metrics-api.ts";
import { prometheus } from "./prometheus.ts";

/** What a running program says otherwise than its facts. */
async function otherwise(base: string, { facts }: ApplicationFacts): Promise<readonly string[]> {
  const complaints = [];
  for (const fact of facts.filter(isAsked)) complaints.push(...(await ask(base, fact)));
  return complaints;
}

/** Our own metrics API, with a Forgejo and a peer that are there and one that is not. */
async function ourMetricsApi() {
  const forgejo = await startServer((_, response) => response.writeHead(503).end());
  const other = await runService({ HOST_NAME: "attic" });
  return runService({
    HOST_NAME: "cloud",
    PEERS: `attic=${other.url},gone=http://127.0.0.1:1`,
    FORGEJO_URL: forgejo,
  });
}

test("our metrics API answers as its facts say", async () => {
  expect(await otherwise((await ourMetricsApi()).url, metricsApi)).toEqual([]);
});

describe.skipIf(withoutNginx)(`the portal under nginx${nginxRemedy}`, () => {
  test("answers strangers as its facts say, and tells no address of a host", async () => {
    const api = await ourMetricsApi();
    const names = await startNameServer(new Set());
    onTestFinished(() => names.close());
    const nginx = await startNginx({
      input: input({ gateway: "127.0.0.1", subnet: "127.0.0.1/32" }),
      apiPort: api.port,
      namesPort: names.port,
    });
    onTestFinished(() => nginx.close());
    expect(await otherwise(nginx.url, homepage)).toEqual([]);
    const hosts = await (await fetch(`${nginx.url}/api/hosts`)).text();
    expect(hosts).toContain('"gone"');
    expect(hosts).not.toContain("127.0.0.1");
  });
});

describeWith("prometheus", "apt-get install prometheus", "Prometheus with our command line", () => {
  test("answers as its facts say", async () => {
    const container = containerNamed("prometheus");
    const folder = mkdtempSync(join(tmpdir(), "kitestacks-prometheus-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const here = (text: string) =>
      text.replaceAll("/etc/prometheus", folder).replace("=/prometheus", `=${folder}/data`);
    for (const { path, content } of container.files) writeFileSync(here(path), here(plain(content)));
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    const words = container.command.map((word) => here(plain(word)));
    const server = await start(
      "prometheus",
      [...words, `--web.listen-address=127.0.0.1:${port}`],
      {},
      async () => (await fetch(`${base}/-/ready`).catch(() => undefined))?.status === 200,
    );
    onTestFinished(() => server.stop());
    expect(await otherwise(base, prometheus)).toEqual([]);
    const configuration = await (await fetch(`${base}/api/v1/status/config`)).text();
    expect(configuration).not.toContain(secretValue("uptime-kuma.adminPassword"));
  });
});

describeWith("redis-server", redisRemedy, "Redis with our configuration file", () => {
  test("answers nobody without the password", async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    expect(server.cli(["get", "x"], "")).toContain("NOAUTH");
    expect(server.cli(["get", "x"], "wrong")).toContain("NOAUTH");
    expect(server.cli(["ping"])).toBe("PONG");
  });
});
