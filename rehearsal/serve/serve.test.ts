import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { portalFiles } from "../../plan/portal-files.ts";
import { securityHeaders } from "./headers.ts";
import { type Serving, servePortal, startMetricsApi } from "./serve.ts";
import { fillIn } from "./ssi.ts";

const root = join(import.meta.dirname, "..", "..");
const publicDir = join(root, "portal", "public");
const files = portalFiles({
  site: { name: "Kite", domain: "example.com" },
  hostNames: ["cloud"],
  hostName: "cloud",
  gateway: "172.30.0.1",
  subnet: "172.30.0.0/24",
  services: [
    {
      name: "grafana",
      title: "Grafana",
      purpose: "Dashboards",
      url: "https://grafana.example.com/",
      healthUrl: "http://grafana:3000/api/health",
    },
  ],
});

describe("the portal with this machine's metrics API", () => {
  let api: Awaited<ReturnType<typeof startMetricsApi>>;
  let portal: Serving;
  beforeAll(async () => {
    api = await startMetricsApi({ directory: join(root, "metrics-api"), hostName: "here" });
    portal = await servePortal({ port: 0, files, publicDir, metricsApi: api.url });
  }, 60_000);
  afterAll(async () => {
    await portal?.close();
    await api?.close();
  });
  const get = (path: string, options?: RequestInit) => fetch(portal.url + path, options);

  test("shows the page with its parts filled in, under nginx's own headers", async () => {
    const answer = await get("/");
    const page = await answer.text();
    expect(page).toContain("<h1>Kite</h1>");
    expect(page).toContain('<a href="https://grafana.example.com/">Grafana</a>');
    expect(page).not.toContain("<!--#");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("tells the true numbers of this machine", async () => {
    const { hosts } = (await (await get("/api/hosts")).json()) as { hosts: Record<string, unknown>[] };
    expect(hosts).toHaveLength(1);
    expect(hosts[0]).toMatchObject({ host: "here", self: true, state: "fresh" });
  });

  test("weather and lights say that they are made up", async () => {
    expect(await (await get("/api/weather")).json()).toMatchObject({ place: "Nowhere, simulated weather" });
    expect(await (await get("/up/")).json()).toMatchObject({
      lights: { grafana: { up: true, simulated: true } },
    });
    expect(await (await get("/up/grafana")).json()).toMatchObject({ simulated: true });
    expect((await get("/up/nobody")).status).toBe(404);
  });

  test("serves what the deployment would upload, but parts of pages only inside them", async () => {
    expect((await get("/services.json")).headers.get("content-type")).toContain("application/json");
    expect((await get("/manifest.webmanifest")).headers.get("content-type")).toContain(
      "application/manifest+json",
    );
    expect((await get("/parts/services.html")).status).toBe(404);
  });

  test("nothing outside the folder can be reached", async () => {
    for (const path of [
      "/../nginx/site.conf",
      "/%2e%2e/nginx/site.conf",
      "/..%2fnginx%2fsite.conf",
      "/%00",
      "/%",
    ]) {
      const { status, body } = await raw(path);
      expect(status, path).toBe(404);
      expect(body, path).not.toContain("listen 80");
    }
  });

  test("no other server can be asked through it, and no other name leads to it", async () => {
    let asked = 0;
    const stranger = createServer((_request, response) => {
      asked += 1;
      response.end("from elsewhere");
    });
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const { port } = stranger.address() as AddressInfo;
    for (const path of [
      `//127.0.0.1:${port}/api/x`,
      `/\\127.0.0.1:${port}/api/x`,
      `http://127.0.0.1:${port}/api/x`,
    ]) {
      const { status, body } = await raw(path);
      expect([status, body], path).toEqual([400, expect.stringContaining("Only a path of this portal")]);
    }
    await new Promise((resolve) => stranger.close(resolve));
    expect(asked).toBe(0);

    // As a page would that has its own name resolve to loopback, to read this machine's numbers.
    expect(await raw("/api/hosts", { host: `evil.example:${new URL(portal.url).port}` })).toMatchObject({
      status: 421,
      body: expect.stringContaining("Only for 127.0.0.1 and localhost"),
    });
    expect((await raw("/api/hosts", { host: "localhost:9000" })).status).toBe(200);
  });

  test("answers only on loopback, only GET and HEAD, and a known page only once", async () => {
    expect(new URL(portal.url).hostname).toBe("127.0.0.1");
    expect((await get("/", { method: "POST" })).status).toBe(405);
    const etag = (await get("/")).headers.get("etag") ?? "";
    expect((await get("/", { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  /** As a stranger would write it: `fetch` would tidy the path up first. */
  function raw(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const asked = request(`${portal.url}/`, { path, headers }, (answer) => {
        let body = "";
        answer.on("data", (chunk: Buffer) => {
          body += chunk.toString();
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
      });
      asked.on("error", reject);
      asked.end();
    });
  }
});

test("closing leaves nothing behind: neither the API nor the page answers", async () => {
  const api = await startMetricsApi({ directory: join(root, "metrics-api"), hostName: "here" });
  const portal = await servePortal({ port: 0, files, publicDir, metricsApi: api.url });
  await api.close();
  await expect(fetch(`${api.url}/api/health`)).rejects.toThrow();
  expect((await fetch(`${portal.url}/api/health`)).status).toBe(502);
  await portal.close();
  await expect(fetch(portal.url)).rejects.toThrow();
}, 60_000);

test("a taken port is named, with what to do", async () => {
  const first = await servePortal({ port: 0, files, publicDir, metricsApi: "http://127.0.0.1:1" });
  const port = Number(new URL(first.url).port);
  await expect(servePortal({ port, files, publicDir, metricsApi: "http://127.0.0.1:1" })).rejects.toThrow(
    `The port ${port} on 127.0.0.1 is taken, so the portal cannot be shown there; choose another one ` +
      `(npm start -- --port N; 0 takes any), end the program that holds it ("ss -ltnp" names it), or run with --no-serve.`,
  );
  await first.close();
});

test("a page that includes what nobody writes, and a file without headers, are errors", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-serve-"));
  const page = join(folder, "index.html");
  writeFileSync(page, '<!--# include virtual="/parts/none.html" -->');
  await expect(fillIn(page, () => undefined)).rejects.toThrow(
    "includes /parts/none.html, which the deployment does not",
  );
  await expect(securityHeaders(page)).rejects.toThrow("has no line of the form: add_header");
  rmSync(folder, { recursive: true });
});
