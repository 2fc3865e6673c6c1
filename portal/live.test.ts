import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openBrowser, openPage, seen, stopClock, type Watched } from "./testing/browser.ts";
import { browserRemedy, withoutBrowser } from "./testing/chromium.ts";
import { activity, report, weather } from "./testing/examples.ts";
import { startPortal, type TestPortal } from "./testing/portal.ts";

describe.skipIf(withoutBrowser)(`the live numbers${browserRemedy}`, () => {
  let browser: Browser;
  let portal: TestPortal;
  let watched: Watched;
  let page: Page;
  const state = () => seen(page.locator("#state-text"));
  const cpu = () => seen(page.locator(".host").first().locator("[data-is=cpu]"));
  const roundTrip = () => page.evaluate("fetch('/healthz').then((answer) => answer.text())");
  const asked = (topic: string) =>
    portal.api.requests.filter(({ url }) => url?.startsWith(`/api/${topic}`)).length;

  beforeAll(async () => {
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  /** The page's clock is the test's: minutes pass in an instant, and none passes by itself. */
  async function visit() {
    watched = await openPage(browser, portal.url);
    page = watched.page;
    await stopClock(page);
    await page.goto(portal.url);
    await page.clock.runFor(10);
  }

  beforeEach(async () => {
    portal = await startPortal();
    await visit();
    await expect.poll(cpu).toBe("23.4 %");
    await settle();
  });
  afterEach(async () => {
    await watched.close();
    await portal.close();
  });

  /** Lets the page's time pass and waits until it asked for the hosts that often. */
  async function pass(milliseconds: number, questions: number) {
    const before = asked("hosts");
    await page.clock.runFor(milliseconds);
    await expect.poll(() => asked("hosts") - before).toBe(questions);
    await settle();
    expect(asked("hosts") - before).toBe(questions);
  }

  /**
   * Until the page has dealt with the answers to all it asked. Time that passes before would use up its limit for an
   * answer that is on its way, and it plans the next question only after that.
   */
  async function settle() {
    await roundTrip(); // what it asked before is known now
    await expect.poll(() => [...watched.open].map((request) => request.url())).toEqual([]);
    await roundTrip(); // what was answered is behind it
  }

  /** Minute by minute: the page's own time limits pass as well, and would cut off what is still on its way. */
  async function passMinutes(minutes: number) {
    for (let minute = 0; minute < minutes; minute += 1) {
      const before = asked("activity");
      await page.clock.runFor(60_000);
      await expect.poll(() => asked("activity") - before).toBe(1);
      await settle();
    }
  }

  async function hideTab(hidden: boolean) {
    await page.evaluate(`Object.defineProperty(document, "hidden", { configurable: true, get: () => ${hidden} });
    document.dispatchEvent(new Event("visibilitychange"))`);
  }

  /** A refused answer is written to the console by the browser itself; everything else is a problem. */
  function problemsBesides(...statuses: number[]) {
    return watched.problems.filter(
      (problem) => !statuses.some((status) => problem.includes(`status of ${status}`)),
    );
  }

  test("new numbers come every 5 s, and the history grows", async () => {
    const line = page.locator(".host").first().locator("[data-is=cpu-line]");
    portal.answers.hosts = { hosts: [report("cloud", {}, 77.7), report("home", {}, 12)] };
    await pass(5000, 1);
    await expect.poll(cpu).toBe("77.7 %");
    expect(await line.getAttribute("d")).toMatch(/^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
    expect(problemsBesides()).toEqual([]);
  });

  test("weather and commits are asked at their own, slower pace", async () => {
    expect(asked("weather") + asked("activity")).toBe(2);
    await page.clock.runFor(59_000);
    await settle();
    expect(asked("weather") + asked("activity")).toBe(2);
    await page.clock.runFor(2000);
    await settle();
    expect([asked("weather"), asked("activity")]).toEqual([1, 2]);
  });

  test("nothing is asked while the tab is hidden; on return it is asked at once", async () => {
    await hideTab(true);
    const before = portal.api.requests.length;
    await page.clock.runFor(60_000);
    await settle();
    expect(portal.api.requests.length).toBe(before);
    await hideTab(false);
    await pass(1, 1);
  });

  test("a silent API: the numbers stay, with their age and a plain word; then it is asked less and less", async () => {
    portal.silent = true;
    await pass(5000, 1);
    await expect.poll(state).toMatch(/^Served by cloud · \d+ s old, the metrics API does not answer$/);
    expect(await cpu()).toBe("23.4 %");
    expect(await seen(page.locator(".host").first().locator(".badge"))).toBe("no news");
    expect(await page.locator("#announce").textContent()).toContain("The live numbers stopped");
    await pass(10_000, 1);
    await pass(19_000, 0);
    await pass(1000, 1);
    await pass(40_000, 1);
    await pass(60_000, 1);
    await pass(59_000, 0);
    await pass(1000, 1);
    expect(await state()).toContain("3 min old, the metrics API does not answer");
    expect(problemsBesides(502)).toEqual([]);
  });

  test("the API is back: new numbers, said once, and the usual pace again", async () => {
    portal.silent = true;
    await pass(5000, 1);
    await expect.poll(state).toContain("does not answer");
    portal.silent = false;
    portal.answers.hosts = { hosts: [report("cloud", {}, 31.5), report("home")] };
    await pass(10_000, 1);
    await expect.poll(state).toMatch(/^Served by cloud · numbers \d+ s old$/);
    expect(await cpu()).toBe("31.5 %");
    expect(await page.locator("#announce").textContent()).toBe("The live numbers are back.");
    await pass(5000, 1);
    expect(problemsBesides(502)).toEqual([]);
  });

  test("the network coming back is reason enough to ask at once", async () => {
    portal.silent = true;
    await pass(5000, 1);
    await expect.poll(state).toContain("does not answer");
    portal.silent = false;
    await page.evaluate("dispatchEvent(new Event('online'))");
    await pass(1, 1);
    await expect.poll(state).toContain("numbers");
  });

  test("weather and commits keep what they had, too, and say what is missing", async () => {
    portal.answers.weather = { ...weather, stale: true, ageSeconds: 4000 };
    portal.answers.activity = { ...activity(), commits: [], partial: true };
    await passMinutes(10);
    await expect.poll(() => seen(page.locator("#weather-age"))).toBe("1 h old, its source does not answer");
    expect(await seen(page.locator("#activity-age"))).toMatch(
      /^no commits yet, \d+ s old; some repositories could not be read$/,
    );
    portal.answers.activity = {
      status: 503,
      title: "No activity",
      detail: "No Forgejo is configured on this host.",
    };
    await passMinutes(1);
    await expect
      .poll(() => seen(page.locator("#activity-age")))
      .toContain("no Forgejo is configured on this host");
    expect(problemsBesides(503)).toEqual([]);
  });

  test("what never came is said plainly", async () => {
    await watched.close();
    portal.answers.weather = {
      status: 503,
      title: "No weather",
      detail: "The weather service did not answer.",
    };
    portal.answers.activity = { status: 503, title: "No activity", detail: "Forgejo did not answer." };
    portal.answers.hosts = { status: 503, title: "Too busy" };
    await visit();
    await expect.poll(state).toBe("No numbers yet, too busy");
    await expect.poll(() => seen(page.locator("#weather-age"))).toBe("The weather service did not answer.");
    await expect.poll(() => seen(page.locator("#activity-age"))).toBe("Forgejo did not answer.");
    expect(await page.locator(".host").count()).toBe(2);
  });

  test("lights whose question fails are no longer lit, and say what they were", async () => {
    const light = page.locator("[data-service=grafana] .light");
    await expect.poll(() => seen(light)).toBe("up · simulated");
    await page.route("**/up/", (route) => route.abort());
    await page.clock.runFor(5000);
    await expect.poll(() => seen(light)).toMatch(/^up \d+ s ago$/);
    expect(await light.getAttribute("data-up")).toBe("unknown");
  });
});
