import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { layoutShifts, openBrowser, openPage, seen, stopClock } from "./testing/browser.ts";
import { browserRemedy, withoutBrowser } from "./testing/chromium.ts";
import { report, services } from "./testing/examples.ts";
import { startPortal, type TestPortal } from "./testing/portal.ts";

describe.skipIf(withoutBrowser)(`the looks${browserRemedy}`, () => {
  const WIDTHS = [360, 768, 1440, 2560];

  let browser: Browser;
  let portal: TestPortal;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    portal = await startPortal();
  });
  afterEach(() => portal.close());

  async function visit(options: Parameters<typeof openPage>[2] = {}) {
    const watched = await openPage(browser, portal.url, options);
    await watched.page.goto(portal.url);
    return watched;
  }

  describe.each(WIDTHS)("at %d px", (width) => {
    const viewport = { width, height: 900 };

    test.each([
      ["two hosts", ["cloud", "home"]],
      ["one host", ["cloud"]],
      ["three hosts", ["attic", "cloud", "home"]],
    ])("nothing moves while the data of %s arrives, fails and comes back", async (_, names) => {
      await portal.close();
      portal = await startPortal({ hostNames: names });
      portal.answers.hosts = { hosts: names.map((name) => report(name)) };
      const { page, problems, close } = await openPage(browser, portal.url, { viewport });
      await stopClock(page);
      await page.goto(portal.url);
      await page.clock.runFor(10);
      await page.getByText("23.4 %").first().waitFor();
      await page.locator(".commits li").first().waitFor();
      expect(problems).toEqual([]);
      portal.silent = true;
      await page.clock.runFor(5000);
      await expect.poll(() => seen(page.locator("#state-text"))).toContain("does not answer");
      portal.silent = false;
      await page.clock.runFor(10_000);
      await expect.poll(() => seen(page.locator("#state-text"))).toContain("numbers");
      expect(await layoutShifts(page)).toEqual([]);
      await close();
    });

    test("everything fits: the page never scrolls sideways", async () => {
      const { page, close } = await visit({ viewport });
      await page.getByText("23.4 %").waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      await close();
    });
  });

  describe("themes", () => {
    const ground = "getComputedStyle(document.body).backgroundColor";

    test("follow the system until one is chosen; the choice stays and is there before the first paint", async () => {
      const { page, problems, close } = await visit({ colorScheme: "light" });
      const light = await page.evaluate(ground);
      await page.emulateMedia({ colorScheme: "dark" });
      const dark = await page.evaluate(ground);
      expect(dark).not.toBe(light);
      const button = page.locator("#theme");
      await button.click();
      expect(await seen(button)).toBe("Theme: light");
      expect(await page.evaluate(ground)).toBe(light);
      // Seen from the document's very beginning: the first body that exists already has the chosen ground.
      await page.addInitScript(`new MutationObserver((_, observer) => {
      if (document.body) { window.firstTheme = document.documentElement.dataset.theme; observer.disconnect(); }
    }).observe(document, { childList: true, subtree: true })`);
      await page.reload();
      expect(await page.evaluate("window.firstTheme")).toBe("light");
      expect(await page.evaluate(ground)).toBe(light);
      await button.click();
      expect(await page.evaluate(ground)).toBe(dark);
      await button.click();
      expect(await seen(button)).toBe("Theme: auto");
      expect(problems).toEqual([]);
      await close();
    });
  });

  describe("other ways to read it", () => {
    test("things move only for those who did not ask for stillness", async () => {
      const moving = "document.getAnimations().length";
      const { page, close } = await visit({ reducedMotion: "no-preference" });
      await expect.poll(() => page.evaluate(moving)).toBeGreaterThan(0);
      await close();
      const still = await visit({ reducedMotion: "reduce" });
      await still.page.getByText("23.4 %").waitFor();
      expect(await still.page.evaluate(moving)).toBe(0);
      await still.page.hover(".card");
      expect(await still.page.evaluate(moving)).toBe(0);
      await still.close();
    });

    test("without JavaScript the services are there and nothing waits for numbers", async () => {
      const { page, problems, close } = await visit({ javaScriptEnabled: false });
      for (const { title, url } of services) {
        expect(await page.getByRole("link", { name: title, exact: true }).getAttribute("href")).toBe(url);
      }
      expect(await page.getByText("Served by cloud").first().isVisible()).toBe(true);
      expect(await page.getByText("Without JavaScript").isVisible()).toBe(true);
      for (const part of ["#launch", ".below", "#theme", ".light"]) {
        expect(await page.locator(part).first().isVisible(), part).toBe(false);
      }
      expect(problems).toEqual([]);
      await close();
    });

    test("on paper the services come with their addresses, and what needs a screen stays off", async () => {
      const { page, close } = await visit({ colorScheme: "dark" });
      await page.getByText("23.4 %").waitFor();
      await page.emulateMedia({ media: "print" });
      const address = "getComputedStyle(document.querySelector('.card a'), '::after').content";
      expect(await page.evaluate(address)).toContain("https://portal.example.com/");
      for (const part of ["#launch", "#theme", ".spark", ".horizon"]) {
        expect(await page.locator(part).first().isVisible(), part).toBe(false);
      }
      const [red = 0] =
        (await page.evaluate<string>("getComputedStyle(document.body).backgroundColor"))
          .match(/\d+/g)
          ?.map(Number) ?? [];
      expect(red).toBeGreaterThan(200);
      await close();
    });
  });
});
