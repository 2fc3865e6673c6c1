import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { axeViolations, openBrowser, openPage, seen, stopClock } from "./testing/browser.ts";
import { browserRemedy, withoutBrowser } from "./testing/chromium.ts";
import { metrics, report } from "./testing/examples.ts";
import { startPortal, type TestPortal } from "./testing/portal.ts";

describe.skipIf(withoutBrowser)(`accessibility${browserRemedy}`, () => {
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

  const arrived = (page: Page) => page.getByText("23.4 %").first().waitFor();
  const disk = (mount: string) => ({
    mount,
    filesystem: "ext4",
    totalBytes: 100,
    usedBytes: 95,
    availableBytes: 5,
  });

  type State = { name: string; path?: string; prepare?: () => void; reach: (page: Page) => Promise<unknown> };
  const states: State[] = [
    { name: "with all data", reach: arrived },
    {
      name: "waiting for the first answer",
      prepare: () => {
        portal.answers = { hosts: undefined, weather: undefined, activity: undefined };
      },
      reach: (page) => page.locator(".host").first().waitFor(),
    },
    {
      name: "a silent API after good numbers",
      reach: async (page) => {
        await arrived(page);
        portal.silent = true;
        await page.clock.runFor(5000);
        await expect.poll(() => seen(page.locator("#state-text"))).toContain("does not answer");
      },
    },
    {
      name: "a stale and an unreachable host, many full disks",
      prepare: () => {
        const full = { ...metrics("cloud", 99), disks: ["/", "/a", "/b", "/c", "/d", "/e"].map(disk) };
        portal.answers.hosts = {
          hosts: [
            report("cloud", { metrics: full }),
            report("attic", { state: "stale", ageSeconds: 90, reason: "no answer" }),
            report("home", { state: "unreachable", metrics: null, ageSeconds: null, reason: "refused" }),
          ],
        };
      },
      reach: arrived,
    },
    {
      name: "lights up, down and unknown",
      reach: async (page) => {
        const light = { status: 200, seconds: 0.01, at: 0 };
        const lights = { grafana: { ...light, up: true }, kavita: { ...light, up: false, status: 500 } };
        await page.getByText("all 9 answer").waitFor();
        await page.route("**/up/", (route) => route.fulfill({ json: { lights } }));
        await page.clock.runFor(5000);
        await page.getByText("status 500").waitFor();
      },
    },
    {
      name: "a filtered list with a chosen card",
      reach: async (page) => {
        await page.fill("#launch", "ka");
        await page.locator(".card[data-chosen]").waitFor();
      },
    },
    { name: "a search that finds nothing", reach: (page) => page.fill("#launch", "zzz") },
    { name: "the list of keys", reach: (page) => page.keyboard.press("?") },
    { name: "the page for unknown addresses", path: "/nothing-here", reach: async () => {} },
  ];

  describe.each(["dark", "light"] as const)("axe finds nothing in the %s theme", (colorScheme) => {
    test.each(states)("$name", async ({ path = "/", prepare, reach }) => {
      prepare?.();
      // Colours are judged as they are at rest, so nothing may be half way through a change.
      const options = { colorScheme, reducedMotion: "reduce" } as const;
      const { page, close } = await openPage(browser, portal.url, options);
      await stopClock(page);
      await page.goto(portal.url + path);
      await page.clock.runFor(10);
      await reach(page);
      await page.clock.resume(); // axe itself needs time to pass
      expect(await axeViolations(page)).toEqual([]);
      await close();
    });

    test("on a phone", async () => {
      const { page, close } = await openPage(browser, portal.url, {
        colorScheme,
        reducedMotion: "reduce",
        viewport: { width: 360, height: 780 },
      });
      await page.goto(portal.url);
      await arrived(page);
      expect(await axeViolations(page)).toEqual([]);
      await close();
    });
  });

  test("axe would find something: a page with a mistake in it is not clean", async () => {
    const { page, close } = await openPage(browser, portal.url);
    await page.goto(portal.url);
    await page.evaluate("document.querySelector('.logo').removeAttribute('alt')");
    expect((await axeViolations(page)).join()).toContain("image-alt");
    await close();
  });
});
