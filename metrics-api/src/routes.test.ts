import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { openApiDocument } from "./openapi.ts";
import { startForgejo } from "./testing/forgejo.ts";
import { exampleMetrics } from "./testing/host-metrics.ts";
import { deadAddress, sendJson, startServer } from "./testing/servers.ts";
import { startService } from "./testing/service.ts";
import { wttrReport } from "./testing/wttr.ts";
import type { Activity, HostMetrics, Hosts, Weather } from "./types.ts";

async function get<T>(url: string) {
  const response = await fetch(url);
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: (await response.json()) as T,
  };
}

/** What the OpenAPI document says an answer looks like, as a check. */
function follows(path: string, status: number) {
  const document = JSON.parse(JSON.stringify(openApiDocument()));
  const content = document.paths[path].get.responses[status].content;
  const [{ schema }] = Object.values(content) as [{ schema: object }];
  return new Ajv2020({ formats: { "date-time": true, uri: true } }).compile(schema);
}

test('health is exactly {"ok":true}', async () => {
  const service = await startService();
  const response = await fetch(`${service}/api/health`);
  expect(await response.text()).toBe('{"ok":true}');
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
});

test("metrics are this machine's and follow their schema", async () => {
  const service = await startService();
  const { status, body } = await get<HostMetrics>(`${service}/api/metrics`);
  expect(status).toBe(200);
  expect(body.host).toBe("attic");
  expect(body).toSatisfy(follows("/api/metrics", 200));
});

test("hosts are this one first, then every peer in its order, whatever state each is in", async () => {
  const fine = await startServer((_, response) => sendJson(response, exampleMetrics("shed")));
  const service = await startService({ PEERS: `barn=${deadAddress},shed=${fine}` });
  const { body } = await get<Hosts>(`${service}/api/hosts`);
  expect(body.hosts.map(({ host, state, self }) => [host, state, self])).toEqual([
    ["attic", "fresh", true],
    ["barn", "unreachable", false],
    ["shed", "fresh", false],
  ]);
  expect(body).toSatisfy(follows("/api/hosts", 200));
});

test("weather is the report with its age", async () => {
  const wttr = await startServer((_, response) => sendJson(response, wttrReport));
  const service = await startService({ WEATHER_URL: wttr });
  const { body } = await get<Weather>(`${service}/api/weather`);
  expect(body).toMatchObject({
    place: "Lisbon, Portugal",
    temperatureCelsius: 6,
    stale: false,
    ageSeconds: 0,
  });
  expect(body).toSatisfy(follows("/api/weather", 200));
});

test("without any good answer the weather is a problem that names the upstream", async () => {
  const service = await startService({ WEATHER_URL: deadAddress });
  const { status, type, body } = await get(`${service}/api/weather`);
  expect([status, type]).toEqual([503, "application/problem+json"]);
  expect(body).toEqual({
    type: "about:blank",
    title: "The weather service is unavailable",
    status: 503,
    detail:
      "The weather service could not be reached (ECONNREFUSED), and there is no earlier answer to show.",
    upstream: "weather",
  });
  expect(body).toSatisfy(follows("/api/weather", 503));
});

test("activity is the newest commits, as many as asked for", async () => {
  const commits = Array.from({ length: 12 }, (_, index) => ({
    title: `Change ${index}`,
    time: `2026-11-${index + 10}T12:00:00Z`,
  }));
  const { url, requests } = await startForgejo({ repositories: [{ name: "ada/one", commits }] });
  const service = await startService({ FORGEJO_URL: url });
  const ask = async (query: string) => (await get<Activity>(`${service}/api/activity${query}`)).body;
  const ten = await ask("");
  expect(ten.commits.map(({ title }) => title)).toEqual(
    Array.from({ length: 10 }, (_, index) => `Change ${11 - index}`),
  );
  expect(ten).toSatisfy(follows("/api/activity", 200));
  expect((await ask("?limit=1")).commits).toHaveLength(1);
  expect((await ask("?limit=50")).commits).toHaveLength(12);
  // All three were served from one collection: two pages of the search and one list of commits.
  expect(requests).toHaveLength(3);
});

test.each(["0", "51", "-1", "1.5", "ten", "", "1e1", "999999999999"])(
  "refuses the limit %j",
  async (limit) => {
    const service = await startService({ FORGEJO_URL: "http://127.0.0.1:9" });
    const { status, body } = await get(`${service}/api/activity?limit=${limit}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ detail: "limit must be a whole number from 1 to 50." });
  },
);

test("activity without a Forgejo says which variable is missing", async () => {
  const { status, body } = await get(`${await startService()}/api/activity`);
  expect(status).toBe(503);
  expect(body).toMatchObject({
    upstream: "forgejo",
    detail: "No Forgejo is configured on this host; set FORGEJO_URL to show its commits.",
  });
});

test("no answer carries the Forgejo token or an internal address", async () => {
  const { url } = await startForgejo({ repositories: [], token: "other" });
  const service = await startService({ FORGEJO_URL: url, FORGEJO_TOKEN: "s3cret" });
  const text = await (await fetch(`${service}/api/activity`)).text();
  expect(text).toContain("answered with status 401");
  expect(text).not.toContain("s3cret");
  expect(text).not.toContain("127.0.0.1");
});

test("the OpenAPI document lists exactly the routes that answer", async () => {
  const service = await startService();
  const { body } = await get<{ openapi: string; paths: object }>(`${service}/api/openapi.json`);
  expect(body.openapi).toBe("3.1.0");
  const paths = Object.keys(body.paths);
  expect(paths.sort()).toEqual(
    [
      "/api/activity",
      "/api/health",
      "/api/hosts",
      "/api/metrics",
      "/api/openapi.json",
      "/api/weather",
      "/metrics",
    ].sort(),
  );
  const statuses = await Promise.all(
    paths.map(async (path) => (await fetch(service + path, { method: "HEAD" })).status),
  );
  expect(statuses).not.toContain(404);
});

test("Prometheus metrics count requests and upstream failures and tell the event loop's utilization", async () => {
  const service = await startService({ WEATHER_URL: deadAddress });
  for (const path of ["/api/health", "/api/health", "/api/weather", "/no/such/path", "/another"])
    await fetch(service + path);
  const response = await fetch(`${service}/metrics`);
  const text = await response.text();
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(text).toContain('kitestacks_metrics_api_requests_total{route="/api/health",status="200"} 2');
  expect(text).toContain('kitestacks_metrics_api_requests_total{route="/api/weather",status="503"} 1');
  expect(text).toContain('kitestacks_metrics_api_requests_total{route="other",status="404"} 2');
  expect(text).toContain('kitestacks_metrics_api_request_duration_seconds_count{route="/api/health"} 2');
  expect(text).toContain('kitestacks_metrics_api_upstream_failures_total{upstream="weather"} 1');
  const utilization = Number(/^kitestacks_metrics_api_event_loop_utilization (\S+)$/m.exec(text)?.[1]);
  expect(utilization).toBeGreaterThanOrEqual(0);
  expect(utilization).toBeLessThanOrEqual(1);
});
