import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, openPage, seen } from "./testing/browser.ts";
import { browserRemedy, withoutBrowser } from "./testing/chromium.ts";
import { services } from "./testing/examples.ts";
import { startPortal } from "./testing/portal.ts";

describe.skipIf(withoutBrowser)(`the installed page${browserRemedy}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  test("after one visit the page opens without a network, with the last numbers and their age", async () => {
    const portal = await startPortal();
    const { page, problems, close } = await openPage(browser, portal.url, { serviceWorkers: "allow" });
    try {
      await page.goto(portal.url);
      await page.getByText("23.4 %").waitFor();
      await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
      const kept = await page.evaluate<string[]>(`caches.open("shell").then((cache) => cache.keys())
      .then((requests) => requests.map(({ url }) => new URL(url).pathname))`);
      expect(kept).toContain("/");
      expect(kept.filter((path) => /^\/(api|up)\//.test(path))).toEqual([]);
      expect(problems).toEqual([]);

      await portal.close();
      await page.reload();
      expect(await page.locator(".card a").allInnerTexts()).toEqual(services.map(({ title }) => title));
      await expect
        .poll(() => seen(page.locator("#state-text")))
        .toMatch(/Served by cloud · \d+ s old, no answer/);
      expect(await seen(page.locator(".host").first().locator("[data-is=cpu]"))).toBe("23.4 %");
      expect(await seen(page.locator(".commits"))).toContain("Restore drill");
      await page.keyboard.press("/");
      await page.keyboard.type("graf");
      expect(await page.locator(".card:visible a").allInnerTexts()).toEqual(["Grafana"]);
      // What the browser itself writes about refused connections aside, nothing may break.
      expect(problems.filter((problem) => !problem.includes("net::ERR_"))).toEqual([]);
    } finally {
      await close();
      await portal.close();
    }
  });

  test("a new version of the page is shown at the next visit, not the kept one", async () => {
    const first = await startPortal();
    const port = Number(new URL(first.url).port);
    const { page, close } = await openPage(browser, first.url, { serviceWorkers: "allow" });
    try {
      await page.goto(first.url);
      await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
      await first.close();
      const second = await startPortal({ site: { name: "New name", domain: "example.com" } }, port);
      await page.reload();
      expect(await page.title()).toBe("New name");
      await second.close();
      await page.reload();
      expect(await page.title()).toBe("New name");
    } finally {
      await close();
      await first.close();
    }
  });

  test("it can be installed: a manifest with a name and icons that are what it says", async () => {
    const portal = await startPortal();
    const { page, close } = await openPage(browser, portal.url);
    try {
      await page.goto(portal.url);
      const manifest = (await (await fetch(`${portal.url}/manifest.webmanifest`)).json()) as {
        name: string;
        start_url: string;
        display: string;
        icons: { src: string; sizes: string; purpose: string }[];
      };
      expect(manifest).toMatchObject({ name: "KiteStacks", start_url: "/", display: "standalone" });
      for (const { src, sizes } of manifest.icons.filter(({ sizes }) => sizes !== "any")) {
        const width = await page.evaluate<number>(`new Promise((resolve, reject) => {
        const image = new Image();
        image.onload = () => resolve(image.naturalWidth);
        image.onerror = () => reject(new Error("no image at ${src}"));
        image.src = "${src}";
      })`);
        expect(`${width}x${width}`, src).toBe(sizes);
      }
      expect(manifest.icons.map(({ purpose }) => purpose)).toContain("maskable");
    } finally {
      await close();
      await portal.close();
    }
  });
});
