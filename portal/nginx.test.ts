import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { input } from "./testing/examples.ts";
import { startNameServer } from "./testing/name-server.ts";
import { type RunningNginx, startNginx } from "./testing/nginx.ts";
import { closeAll, closedPort, type Stub, startStub } from "./testing/stub.ts";
import { nginxRemedy, withoutNginx } from "./testing/tools.ts";

describe.skipIf(withoutNginx)(`the page under nginx${nginxRemedy}`, () => {
  let nginx: RunningNginx;
  let api: Stub;
  let names: Awaited<ReturnType<typeof startNameServer>>;

  beforeAll(async () => {
    api = await startStub((_request, response) => {
      response.writeHead(200, { "cache-control": "no-store", "x-content-type-options": "nosniff" });
      response.end('{"ok":true}');
    });
    names = await startNameServer(new Set());
    const site = { name: 'Kite <b>"&', domain: "example.com" };
    nginx = await startNginx({
      input: input({ site, gateway: "127.0.0.1", subnet: "127.0.0.1/32" }),
      apiPort: api.port,
      namesPort: names.port,
    });
  });
  afterAll(async () => {
    await nginx?.close();
    await api?.close();
    await names?.close();
  });

  const get = (path: string, options?: RequestInit) => fetch(nginx.url + path, options);

  test("the page carries name, host and service links before any script runs", async () => {
    const page = await (await get("/")).text();
    expect(page).toContain("<title>Kite &lt;b&gt;&quot;&amp;</title>");
    expect(page).toContain("<h1>Kite &lt;b&gt;&quot;&amp;</h1>");
    expect(page).toContain("Served by cloud");
    expect(page).toContain('<a href="https://grafana.example.com/">Grafana</a>');
    expect(page).not.toContain("<!--#");
  });

  test("the parts of the page are no pages", async () => {
    for (const path of ["/parts/services.html", "/parts/lights.json", "/parts/"]) {
      expect((await get(path)).status, path).toBe(404);
    }
  });

  test("every kind of answer has the security headers and no version", async () => {
    const answers = [
      await get("/"),
      await get("/style.css"),
      await get("/manifest.webmanifest"),
      await get("/nothing-here"),
      await get("/healthz"),
      await get("/api/health"),
      await get("/up/"),
      await get("/up/grafana"),
      await get("/", { method: "POST" }),
    ];
    for (const { headers, url, status } of answers) {
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy, `${url} ${status}`).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("permissions-policy")).toContain("geolocation=()");
      expect(headers.get("x-served-by")).toBe("cloud");
      expect(headers.get("server")).toBe("nginx");
    }
  });

  test("types are right, so that nosniff lets them through", async () => {
    const type = async (path: string) => (await get(path)).headers.get("content-type");
    expect(await type("/")).toBe("text/html; charset=utf-8");
    expect(await type("/app.js")).toMatch(/^(text|application)\/javascript; charset=utf-8$/);
    expect(await type("/manifest.webmanifest")).toBe("application/manifest+json; charset=utf-8");
    expect(await type("/services.json")).toBe("application/json; charset=utf-8");
    expect(await type("/icons/kite.svg")).toBe("image/svg+xml");
  });

  test("files are asked for again by their ETag; live answers are never stored", async () => {
    const first = await get("/style.css");
    const etag = first.headers.get("etag") ?? "";
    expect(etag, "a weak one would mean that it was compressed just now, not once for all").toMatch(/^"/);
    expect(first.headers.get("cache-control")).toBe("public, max-age=60, must-revalidate");
    const again = await get("/style.css", { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    expect((await get("/style.css", { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    const kept = async (path: string) => (await get(path)).headers.get("cache-control");
    expect(await kept("/")).toBe("no-cache");
    expect(await kept("/sw.js")).toBe("no-cache");
    expect(await kept("/api/health")).toBe("no-store");
    expect(await kept("/up/")).toBe("no-store");
  });

  test("text travels compressed, a part of a file can be had, HEAD answers without a body", async () => {
    expect((await get("/style.css")).headers.get("content-encoding")).toBe("gzip");
    const plain = await get("/style.css", { headers: { "accept-encoding": "identity", range: "bytes=0-9" } });
    expect(plain.status).toBe(206);
    expect((await plain.text()).length).toBe(10);
    const head = await get("/", { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
  });

  test("an unknown address gets the page that leads back, another method is refused", async () => {
    const lost = await get("/nothing-here");
    expect(lost.status).toBe(404);
    expect(await lost.text()).toContain('<a class="button" href="/">');
    expect((await get("/", { method: "POST" })).status).toBe(405);
    expect((await get("/", { method: "DELETE" })).status).toBe(405);
    expect((await get("/../nginx.conf")).status).toBe(404);
  });

  test("the health path answers", async () => {
    expect(await (await get("/healthz")).text()).toBe("ok\n");
  });

  test("the log tells the visitor, the upstream's address and its time", async () => {
    await get("/api/hosts", { headers: { "cf-connecting-ip": "203.0.113.9" } });
    const logged = () => nginx.accessLog().findLast(({ uri }) => uri === "/api/hosts");
    await expect.poll(logged).toBeDefined();
    const entry = logged();
    expect(entry).toMatchObject({ client: "203.0.113.9", status: 200, upstream: `127.0.0.1:${api.port}` });
    expect(Number(entry?.["upstreamSeconds"])).toBeGreaterThanOrEqual(0);
    expect(entry?.["upstreamSeconds"]).not.toBe("");
  });
});

describe.skipIf(withoutNginx)(`a flood${nginxRemedy}`, () => {
  test("one visitor who floods is told to slow down, another one is served", async () => {
    const names = await startNameServer(new Set());
    const nginx = await startNginx({
      input: input({ gateway: "127.0.0.1", subnet: "127.0.0.1/32" }),
      apiPort: closedPort,
      namesPort: names.port,
      // So slow that next to nothing is allowed beyond the burst, however long the test takes.
      rate: "1r/m",
    });
    onTestFinished(closeAll(nginx, names));
    const visit = (address: string) =>
      fetch(`${nginx.url}/nothing-here`, { headers: { "cf-connecting-ip": address } });
    const answers: Response[] = [];
    // In waves below the limit of open connections, which would refuse some as well.
    for (let wave = 0; wave < 10; wave += 1)
      answers.push(...(await Promise.all(Array.from({ length: 40 }, () => visit("203.0.113.50")))));
    expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThan(100);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(200);
    expect(await refused[0]?.json()).toMatchObject({ title: "Too many requests from this address" });
    expect((await visit("203.0.113.51")).status).toBe(404);
  });
});

describe.skipIf(withoutNginx)(`another host${nginxRemedy}`, () => {
  test("gets its own name, and believes no visitor's address from outside its network", async () => {
    const api = await startStub((_request, response) => response.end('{"ok":true}'));
    const names = await startNameServer(new Set());
    const other = input({ hostName: "home", gateway: "127.0.0.1", subnet: "10.99.0.0/24" });
    const nginx = await startNginx({ input: other, apiPort: api.port, namesPort: names.port });
    onTestFinished(closeAll(nginx, api, names));
    const forged = { "cf-connecting-ip": "203.0.113.9", "x-forwarded-for": "203.0.113.9" };
    const answer = await fetch(`${nginx.url}/api/health`, { headers: forged });
    expect(answer.headers.get("x-served-by")).toBe("home");
    expect(api.requests[0]?.headers["x-forwarded-for"]).toBe("127.0.0.1");
    expect(api.requests[0]?.headers["x-real-ip"]).toBe("127.0.0.1");
  });

  test.each([
    ["missing", async () => ({ port: closedPort, close: async () => {} })],
    ["silent", () => startStub(() => {})],
  ])("a %s metrics API is a 502 as JSON within 3 s", async (_, start) => {
    const api = await start();
    const names = await startNameServer(new Set());
    const nginx = await startNginx({
      input: input({ gateway: "127.0.0.1" }),
      apiPort: api.port,
      namesPort: names.port,
    });
    onTestFinished(closeAll(nginx, api, names));
    const answer = await fetch(`${nginx.url}/api/hosts`);
    // By nginx's own clock: how long this test's process took to notice says nothing.
    const seconds = () => Number(nginx.accessLog().findLast(({ uri }) => uri === "/api/hosts")?.["seconds"]);
    await expect.poll(seconds).toBeLessThan(3);
    expect(answer.status).toBe(502);
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ title: "The metrics API does not answer", status: 502 });
  });
});
