import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, openPage } from "./testing/browser.ts";
import { browserRemedy, withoutBrowser } from "./testing/chromium.ts";
import { publicDir, startPortal, type TestPortal } from "./testing/portal.ts";

describe.skipIf(withoutBrowser)(`the budget${browserRemedy}`, () => {
  const MOST_REQUESTS = 12;
  const MOST_BYTES = 50 * 1024;

  let browser: Browser;
  let portal: TestPortal;
  beforeAll(async () => {
    browser = await openBrowser();
    portal = await startPortal();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await portal?.close();
  });

  test(`the first visit takes at most ${MOST_REQUESTS} requests and ${MOST_BYTES / 1024} KiB compressed`, async () => {
    const { page, close } = await openPage(browser, portal.url);
    const paths = new Set<string>();
    page.on("request", (request) => paths.add(new URL(request.url()).pathname));
    await page.goto(portal.url);
    await page.getByText("23.4 %").waitFor();
    const html = await (await fetch(portal.url)).text();
    await close();
    // Headless browsers do not fetch icon and manifest, and this one's worker is off: they count nevertheless.
    const linked = [...html.matchAll(/<link rel="(?:icon|manifest)" href="([^"]+)"/g)].map(
      ([, path = ""]) => path,
    );
    const shell = [...new Set([...paths, ...linked, "/sw.js"])].filter((path) => !/^\/(api|up)\//.test(path));
    const sizes = await Promise.all(
      shell.map(async (path) => gzipSync(await content(path), { level: 6 }).length),
    );
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(linked).toHaveLength(2);
    expect(shell.length, shell.join(" ")).toBeLessThanOrEqual(MOST_REQUESTS);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
    // A page that lost its files would pass the two lines above.
    expect(shell).toEqual(expect.arrayContaining(["/", "/style.css", "/app.js", "/icons/kite.svg"]));
  });

  async function content(path: string): Promise<Buffer> {
    const answer = await fetch(portal.url + path);
    expect(answer.status, path).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  }

  test("everything that the worker keeps exists, and every script is kept", async () => {
    const worker = await readFile(join(publicDir, "sw.js"), "utf8");
    const kept = [...worker.matchAll(/^ {2}"(\/[^"]*)",$/gm)].map(([, path = ""]) => path);
    for (const path of kept) await content(path);
    const html = await (await fetch(portal.url)).text();
    const needed = [...html.matchAll(/(?:src|href)="(\/[a-z]+\.(?:js|css))"/g)].map(([, path]) => path);
    expect(needed.length).toBeGreaterThan(5);
    expect(kept).toEqual(expect.arrayContaining(needed));
  });

  test("the page itself names no service and no other origin", async () => {
    for (const file of [
      "index.html",
      "404.html",
      "style.css",
      "app.js",
      "launch.js",
      "hosts.js",
      "feed.js",
      "sw.js",
    ]) {
      const text = (await readFile(join(publicDir, file), "utf8")).replaceAll(
        "http://www.w3.org/2000/svg",
        "",
      );
      expect(text, file).not.toMatch(/https?:\/\/[a-z]/i);
      expect(text, file).not.toMatch(/grafana|forgejo|kavita|karakeep|openproject|authentik|webui|kuma/i);
    }
  });
});
