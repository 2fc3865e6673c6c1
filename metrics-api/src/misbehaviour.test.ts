import type { RequestListener } from "node:http";
import { afterEach, describe, expect, test, vi } from "vitest";
import { exampleMetrics } from "./testing/host-metrics.ts";
import { sendJson, startServer } from "./testing/servers.ts";
import { startService } from "./testing/service.ts";
import { wttrReport } from "./testing/wttr.ts";
import type { Hosts } from "./types.ts";

/** Every way another service can go wrong, seen through the whole service by somebody who asks. */
const ways: [way: string, behave: RequestListener, reason: RegExp][] = [
  ["is slow", () => {}, /did not answer within (1\.5|2|3) s/],
  [
    "answers something else",
    (_, response) => sendJson(response, { hello: "world" }),
    /sent an? (answer|list)/,
  ],
  ["answers no JSON", (_, response) => response.end("<h1>Sorry</h1>"), /sent something that is no JSON/],
  ["is huge", (_, response) => response.end(" ".repeat(2 * 1024 * 1024)), /sent more than \d+ KiB/],
  [
    "redirects",
    (_, response) => response.writeHead(302, { location: "http://127.0.0.9:1/" }).end(),
    /redirects to another host/,
  ],
  [
    "closes half way",
    (_, response) => response.write("{", () => response.destroy()),
    /could not be reached \(ECONNRESET\)/,
  ],
  ["answers 500", (_, response) => response.writeHead(500).end(), /answered with status 500/],
  [
    "answers 429",
    (_, response) => response.writeHead(429, { "retry-after": "60" }).end(),
    /answered with status 429/,
  ],
];

const fineForgejo: RequestListener = (request, response) => {
  const commit = {
    sha: "a".repeat(40),
    commit: { message: "Hello", author: { name: "Ada" }, committer: { date: "2026-11-01T12:00:00Z" } },
  };
  const repository = { full_name: "ada/one", updated_at: "2026-11-01T12:00:00Z" };
  if (request.url?.includes("/commits")) sendJson(response, [commit]);
  else
    sendJson(response, {
      ok: true,
      data: request.url?.includes("page=1&") || request.url?.endsWith("page=1") ? [repository] : [],
    });
};
const fineWeather: RequestListener = (_, response) => sendJson(response, wttrReport);

const upstreams = [
  {
    upstream: "weather",
    keptSeconds: 600,
    path: "/api/weather",
    variable: "WEATHER_URL",
    fine: fineWeather,
    part: { place: "Lisbon, Portugal" },
  },
  {
    upstream: "forgejo",
    keptSeconds: 60,
    path: "/api/activity",
    variable: "FORGEJO_URL",
    fine: fineForgejo,
    part: { commits: [{ title: "Hello" }] },
  },
];

afterEach(() => {
  vi.useRealTimers();
});

describe.each(upstreams)("$upstream", ({ upstream, keptSeconds, path, variable, fine, part }) => {
  test.each(ways)("that %s from the start is a problem that names it", async (_, behave, reason) => {
    const service = await startService({ [variable]: await startServer(behave) });
    const response = await fetch(service + path);
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      status: 503,
      upstream,
      detail: expect.stringMatching(reason),
    });
  });

  test(`is asked again after ${keptSeconds} s and not before, however many ask`, async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    let asked = 0;
    const url = await startServer((request, response) => {
      asked += 1;
      fine(request, response);
    });
    const service = await startService({ [variable]: url });
    const ask = async () => await (await fetch(service + path)).json();
    await Promise.all([ask(), ask(), ask()]);
    const atFirst = asked;
    vi.setSystemTime(Date.now() + (keptSeconds - 1) * 1_000);
    expect(await ask()).toMatchObject({ stale: false, ageSeconds: keptSeconds - 1 });
    expect(asked).toBe(atFirst);
    vi.setSystemTime(Date.now() + 1_000);
    expect(await ask()).toMatchObject({ stale: false, ageSeconds: 0 });
    expect(asked).toBe(2 * atFirst);
  });

  test.each(ways.slice(1))("that %s later gives its last good answer with its age", async (_, behave) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    let behaviour = fine;
    const service = await startService({ [variable]: await startServer((...both) => behaviour(...both)) });
    const ask = async () => await (await fetch(service + path)).json();
    expect(await ask()).toMatchObject({ ...part, stale: false, ageSeconds: 0 });
    behaviour = behave;
    vi.setSystemTime(Date.now() + 660_000);
    expect(await ask()).toMatchObject({ ...part, stale: true, ageSeconds: 660 });
  });
});

test.each(ways)(
  "a peer that %s breaks neither this host's numbers nor another peer's",
  async (_, behave, reason) => {
    const bad = await startServer(behave);
    const good = await startServer((_request, response) => sendJson(response, exampleMetrics("shed")));
    const service = await startService({ PEERS: `barn=${bad},shed=${good}` });
    const { hosts } = (await (await fetch(`${service}/api/hosts`)).json()) as Hosts;
    expect(hosts.map(({ state }) => state)).toEqual(["fresh", "unreachable", "fresh"]);
    expect(hosts[1]?.reason).toMatch(reason);
  },
);
