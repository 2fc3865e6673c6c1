import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser, openPage, seen, type Watched } from "./testing/browser.ts";
import { browserRemedy, withoutBrowser } from "./testing/chromium.ts";
import { activity, report, services } from "./testing/examples.ts";
import { startPortal, type TestPortal } from "./testing/portal.ts";

describe.skipIf(withoutBrowser)(`the page${browserRemedy}`, () => {
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

  /** Runs with a fresh page and asserts afterwards that nothing went wrong in it. */
  async function visit(
    steps: (watched: Watched) => Promise<void>,
    options: Parameters<typeof openPage>[2] = {},
  ) {
    const watched = await openPage(browser, portal.url, options);
    try {
      await watched.page.goto(portal.url);
      await steps(watched);
      expect(watched.problems).toEqual([]);
    } finally {
      await watched.close();
    }
  }

  describe("what the page shows", () => {
    test("services, both hosts, weather and commits", () =>
      visit(async ({ page }) => {
        await page.getByText("23.4 %").waitFor();
        expect(await page.locator(".card a").allInnerTexts()).toEqual(services.map(({ title }) => title));
        const cloud = await seen(page.locator(".host").first());
        const home = await seen(page.locator(".host").last());
        for (const word of [
          "cloud",
          "live",
          "9.10 GiB of 15.5 GiB",
          "/srv",
          "↓ 548 KiB/s",
          "no sensor",
          "up 12 d 4 h",
        ]) {
          expect(cloud).toContain(word);
        }
        expect(home).toContain("54 °C");
        expect(home).toContain("Swap\nnone");
        expect(await page.locator(".host").first().locator(".cores span").count()).toBe(3);
        expect(await seen(page.locator(".weather"))).toContain("Lisbon, Portugal · feels like 20 °C");
        expect(await page.locator(".commits li").count()).toBe(6);
        expect(await seen(page.locator("#state-text"))).toMatch(/^Served by cloud · numbers \d+ s old$/);
      }));

    test("a host that is away keeps its place and says since when and why", async () => {
      const away = {
        state: "unreachable",
        metrics: null,
        ageSeconds: 7300,
        reason: "connection refused",
      } as const;
      const stale = { state: "stale", ageSeconds: 95, reason: "no answer within 1.5 s" } as const;
      portal.answers.hosts = { hosts: [report("cloud"), report("home", away), report("attic", stale)] };
      await visit(async ({ page }) => {
        const panel = (name: string) => page.locator(".host", { has: page.getByRole("heading", { name }) });
        await panel("home").waitFor();
        expect(await seen(panel("home"))).toContain("last answer 2 h ago: connection refused");
        expect(await panel("home").getAttribute("data-state")).toBe("unreachable");
        expect(await seen(panel("home").locator("[data-is=cpu]"))).toBe("–");
        expect(await seen(panel("attic"))).toContain("last answer 1 min ago: no answer within 1.5 s");
        expect(await seen(panel("attic").locator("[data-is=cpu]"))).toBe("23.4 %");
      });
      portal.answers.hosts = { hosts: [report("cloud"), report("home")] };
    });

    test("text from elsewhere stays text, and only web addresses become links", async () => {
      const usual = portal.answers.activity;
      const [first] = activity().commits;
      const evil = { ...first, title: "<img src=x onerror=alert(1)>", link: "javascript:alert(1)" };
      portal.answers.activity = { ...activity(), commits: [evil] };
      await visit(async ({ page }) => {
        const link = page.locator(".commits a");
        await link.waitFor();
        expect(await seen(link)).toBe("<img src=x onerror=alert(1)>");
        expect(await link.getAttribute("href")).toBe("#activity-title");
      });
      portal.answers.activity = usual;
    });

    test("lights tell up with the time, down with the reason, and what was made up", () =>
      visit(async ({ page }) => {
        const light = (name: string) => page.locator(`[data-service=${name}] .light`);
        await expect.poll(() => seen(light("grafana"))).toBe("up · simulated");
        const at = Date.now() / 1000;
        await page.route("**/up/", (route) =>
          route.fulfill({
            json: {
              lights: {
                grafana: { up: true, status: 200, seconds: 0.0123, at },
                kavita: { up: false, status: 503, seconds: 0.2, at },
                forgejo: { up: false, status: 502, seconds: null, at },
              },
            },
          }),
        );
        await page.reload();
        await expect.poll(() => seen(light("grafana"))).toBe("up · 12 ms");
        expect(await seen(light("kavita"))).toBe("down · status 503");
        expect(await seen(light("forgejo"))).toBe("down · no answer");
        expect(await seen(light("karakeep"))).toBe("not known");
        expect(await seen(page.locator("#lights-say"))).toBe("1 of 9 answer");
      }));
  });

  describe("searching with the keyboard alone", () => {
    const chosen = (page: Watched["page"]) => page.locator(".card[data-chosen] a").allInnerTexts();
    const shown = (page: Watched["page"]) => page.locator(".card:visible a").allInnerTexts();

    test("/ goes to the field, typing filters, the best match first, arrows choose, Enter opens", () =>
      visit(async ({ page, problems }) => {
        await page.route("https://**", (route) => route.fulfill({ body: "opened" }));
        await page.keyboard.press("/");
        expect(await page.evaluate("document.activeElement.id")).toBe("launch");
        expect(await page.inputValue("#launch")).toBe("");
        await page.keyboard.type("ka");
        expect(await shown(page)).toEqual(["Karakeep", "Kavita"]);
        expect(await chosen(page)).toEqual(["Karakeep"]);
        await page.keyboard.press("ArrowDown");
        expect(await chosen(page)).toEqual(["Kavita"]);
        expect(await seen(page.locator("#launch-says"))).toBe("Kavita, 2 of 2");
        await page.keyboard.press("ArrowDown");
        expect(await chosen(page)).toEqual(["Karakeep"]);
        await page.keyboard.press("ArrowUp");
        await page.keyboard.press("Enter");
        await page.waitForURL("https://kavita.example.com/");
        problems.length = 0; // Leaving for the service is the one wanted request to another origin.
      }));

    test("purpose and address are searched too; nothing found says so; Escape clears, then leaves", () =>
      visit(async ({ page }) => {
        await page.focus("#launch");
        await page.waitForResponse("**/services.json");
        await page.keyboard.type("manga");
        expect(await shown(page)).toEqual(["Kavita"]);
        await page.fill("#launch", "uptime-kuma.example");
        expect(await shown(page)).toEqual(["Uptime Kuma"]);
        await page.fill("#launch", "zzz");
        expect(await shown(page)).toEqual([]);
        expect(await page.locator("#nothing").isVisible()).toBe(true);
        await page.keyboard.press("Enter");
        await page.keyboard.press("Escape");
        expect(await shown(page)).toHaveLength(9);
        expect(await page.inputValue("#launch")).toBe("");
        await page.keyboard.press("Escape");
        expect(await page.evaluate("document.activeElement.tagName")).toBe("BODY");
      }));

    test("? shows the keys, Escape closes them and gives the focus back", () =>
      visit(async ({ page }) => {
        await page.keyboard.press("?");
        expect(await page.locator("#keys").isVisible()).toBe(true);
        await page.keyboard.press("/");
        expect(await page.evaluate("document.activeElement.id")).not.toBe("launch");
        await page.keyboard.press("Escape");
        expect(await page.locator("#keys").isVisible()).toBe(false);
        await page.focus("#keys-button");
        await page.keyboard.press("Enter");
        await page.keyboard.press("Escape");
        expect(await page.evaluate("document.activeElement.id")).toBe("keys-button");
      }));

    test("every service is reached with Tab, after a link that skips to them", () =>
      visit(async ({ page }) => {
        await page.keyboard.press("Tab");
        expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the services");
        await page.keyboard.press("Enter");
        const reached: unknown[] = [];
        for (const _ of services) {
          await page.keyboard.press("Tab");
          reached.push(await page.evaluate("document.activeElement.textContent"));
        }
        expect(reached).toEqual(services.map(({ title }) => title));
      }));
  });
});
