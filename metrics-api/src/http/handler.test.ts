import { request as startRequest } from "node:http";
import { pino } from "pino";
import { expect, test } from "vitest";
import { parseProxies } from "../configuration/proxies.ts";
import { eventually } from "../testing/eventually.ts";
import { startServer } from "../testing/servers.ts";
import { jsonAnswer } from "./answers.ts";
import { createHandler, type Route } from "./handler.ts";
import { createInFlight } from "./in-flight.ts";

const answer = jsonAnswer('{"fine":true}');

/** A service with a route that is ready, one that waits for a release, and one that breaks. */
async function start(limits: { inFlight?: number; inFlightPerClient?: number } = {}) {
  const log: string[] = [];
  const observed: [string, number][] = [];
  const waiting: (() => void)[] = [];
  const routes = new Map<string, Route>([
    ["/ready", { ready: () => answer, answer: async () => answer }],
    ["/wait", { answer: () => new Promise((resolve) => waiting.push(() => resolve(answer))) }],
    ["/broken", { answer: async () => Promise.reject(new Error("secret path /etc/shadow")) }],
  ]);
  const url = await startServer(
    createHandler({
      routes,
      inFlight: createInFlight(limits.inFlight ?? 100, limits.inFlightPerClient ?? 100),
      trustedProxies: parseProxies("127.0.0.1"),
      observe: (route, status) => observed.push([route, status]),
      log: pino({}, { write: (line: string) => log.push(line) }),
    }),
  );
  const isWaiting = (count: number) => eventually(() => waiting.length).toBe(count);
  return {
    url,
    log,
    observed,
    isWaiting,
    release: () => waiting.splice(0).forEach((resolve) => void resolve()),
  };
}

const from = (client: string) => ({ headers: { "x-real-ip": client } });

test("HEAD gets the headers of GET and no body", async () => {
  const { url } = await start();
  const response = await fetch(`${url}/ready`, { method: "HEAD" });
  expect(response.headers.get("content-length")).toBe(String(answer.body.length));
  expect(await response.text()).toBe("");
});

test("answers are not cached and not sniffed", async () => {
  const { url } = await start();
  const { headers } = await fetch(`${url}/ready`);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])(
  "%s is refused with the methods that are allowed",
  async (method) => {
    const { url } = await start();
    const response = await fetch(`${url}/ready`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
    expect(await response.json()).toMatchObject({
      title: "Method not allowed",
      detail: "This service is read-only; use GET or HEAD.",
    });
  },
);

test("an unknown path is a problem that says where the routes are", async () => {
  const { url, observed } = await start();
  const response = await fetch(`${url}/ready/`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    detail: "There is no such route; GET /api/openapi.json lists them.",
  });
  expect(observed).toEqual([["other", 404]]);
});

test("a target that is too long is refused", async () => {
  const { url } = await start();
  expect((await fetch(`${url}/ready?${"x".repeat(1_017)}`)).status).toBe(200);
  expect((await fetch(`${url}/ready?${"x".repeat(1_018)}`)).status).toBe(414);
});

test.each([{ "content-length": "5" }, { "transfer-encoding": "chunked" }])(
  "a GET with a body (%j) is refused",
  async (headers) => {
    const { url } = await start();
    const status = await new Promise((resolve, reject) => {
      const request = startRequest(`${url}/ready`, { headers }, (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on("error", reject);
      request.flushHeaders();
    });
    expect(status).toBe(413);
  },
);

test("an error inside gives no text and no stack away, and is logged with both", async () => {
  const { url, log } = await start();
  const response = await fetch(`${url}/broken`);
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    type: "about:blank",
    title: "Internal error",
    status: 500,
    detail: "The service could not answer; its log says why.",
  });
  expect(log.join()).toContain("secret path /etc/shadow");
  expect(log.join()).toContain("handler.test.ts");
});

test("more waiting requests than the limit are refused, and admitted again when one ends", async () => {
  const { url, isWaiting, release } = await start({ inFlight: 2 });
  const waiting = ["10.0.0.1", "10.0.0.2"].map((client) => fetch(`${url}/wait`, from(client)));
  await isWaiting(2);
  const refused = await fetch(`${url}/wait`, from("10.0.0.3"));
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await refused.json()).toMatchObject({
    detail: "Too many requests are waiting; try again in a second.",
  });
  // What needs no waiting is answered all the same.
  expect((await fetch(`${url}/ready`)).status).toBe(200);
  release();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
  const next = fetch(`${url}/wait`, from("10.0.0.3"));
  await isWaiting(1);
  release();
  expect((await next).status).toBe(200);
});

test("one client cannot take the places of the others", async () => {
  const { url, isWaiting, release } = await start({ inFlightPerClient: 1 });
  const first = fetch(`${url}/wait`, from("10.0.0.1"));
  await isWaiting(1);
  const second = await fetch(`${url}/wait`, from("10.0.0.1"));
  expect(second.status).toBe(429);
  expect(await second.json()).toMatchObject({
    detail: "Too many of your requests are waiting; try again in a second.",
  });
  const other = fetch(`${url}/wait`, from("10.0.0.2"));
  await isWaiting(2);
  release();
  expect([(await first).status, (await other).status]).toEqual([200, 200]);
});
