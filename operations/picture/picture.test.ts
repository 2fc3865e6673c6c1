import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import { axeViolations, openBrowser, openPage } from "../../portal/testing/browser.ts";
import { browserRemedy, withoutBrowser } from "../../portal/testing/chromium.ts";
import type { Observed, Verdict } from "../../promises/observed.ts";
import { servePortal } from "../../rehearsal/serve/serve.ts";
import { observePlan } from "../observe-plan.ts";
import { pictureOf } from "./data.ts";
import { picturePage, picturePolicy } from "./page.ts";
import { systemSvg } from "./svg.ts";

const observed = observePlan(makePlan(exampleSettings(), catalogue), catalogue, () => []);
const verdicts: Verdict[] = [
  { id: "P1", verdict: "proved", statement: "every name answers", evidence: ["10 names"] },
  { id: "P2", verdict: "broken", statement: "nothing is public", evidence: ["<b>evil</b> is"] },
  { id: "P8", verdict: "not checked", statement: "it settles", evidence: ["nothing ran"] },
];
const words = { title: "KiteStacks, rehearsed", note: "Simulated: everything." };
const marks = new Map([
  ["cloud/grafana", "changed"],
  ["cloud/old", "removed"],
  ["home/kavita", "created"],
] as const);

test("the data: memory against the limit, public names, marks, what was removed", () => {
  const picture = pictureOf(observed, verdicts, words, marks);
  const [cloud, home] = picture.hosts;
  expect(cloud?.memory.allowed).toBe(16384 + 8192 - 512);
  expect(cloud?.memory.limits).toBe(catalogue.reduce((sum, { memory }) => sum + memory.limit, 0));
  expect(cloud?.services.find(({ name }) => name === "grafana")).toMatchObject({
    mark: "changed",
    hostnames: ["grafana.example.org"],
  });
  expect(cloud?.services.find(({ name }) => name === "old")?.mark).toBe("removed");
  expect(
    cloud?.services
      .filter(({ shared }) => shared)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["postgres", "redis"]);
  expect(home?.services.find(({ name }) => name === "grafana")?.mark).toBeUndefined();
  expect(picture.reach?.find(({ host, port }) => host === "cloud" && port === 5432)?.from).toEqual([
    "home",
    "tag:kitestacks",
  ]);
});

test("a policy that is not understood is not drawn as one that lets nobody in", () => {
  const odd: Observed = {
    ...observed,
    tailnet: { ...observed.tailnet, policy: { grants: [{ src: ["who?"], dst: ["*"], ip: ["*"] }] } },
  };
  const page = picturePage(pictureOf(odd, [], words));
  expect(page).toContain("its policy is not understood");
  expect(page).toContain("The policy is not understood, so nothing is said about it.");
});

test("what works without something that it uses is marked, and says what", () => {
  const lack = "its search engine <meili> is out of reach";
  const lacking: Observed = {
    ...observed,
    hosts: observed.hosts.map((host) => ({
      ...host,
      containers: host.containers.map((one) =>
        one.name === "karakeep" && host.name === "home" ? { ...one, degraded: [lack] } : one,
      ),
    })),
  };
  expect(systemSvg(pictureOf(observed, [], words))).not.toContain("lacks something");
  const picture = pictureOf(lacking, [], words);
  expect(systemSvg(picture).match(/class="chip public degraded"/g)).toHaveLength(1);
  expect(systemSvg(picture).match(/public · lacks something/g)).toHaveLength(1);
  expect(picturePage(picture)).toContain("works, but its search engine &lt;meili&gt; is out of reach");
});

test("nothing from elsewhere, no script, and no text becomes markup", () => {
  const page = picturePage(pictureOf(observed, verdicts, words, marks));
  expect(page).not.toMatch(/<script|https?:\/\/|url\(|@import|<link/);
  expect(page).toContain("&lt;b&gt;evil&lt;/b&gt; is");
});

test("is served beside the portal, under its own content policy", async () => {
  const page = picturePage(pictureOf(observed, verdicts, words));
  const serving = await servePortal({
    port: 0,
    files: {},
    publicDir: join(import.meta.dirname, "../../portal/public"),
    metricsApi: "http://127.0.0.1:1",
    pages: { "/rehearsal": { html: page, policy: picturePolicy } },
  });
  onTestFinished(() => serving.close());
  const response = await fetch(`${serving.url}/rehearsal`);
  expect(await response.text()).toBe(page);
  expect(response.headers.get("content-security-policy")).toBe(picturePolicy);
  const portal = await fetch(`${serving.url}/style.css`);
  expect(portal.headers.get("content-security-policy")).toContain("script-src 'self'");
  await portal.body?.cancel();
});

describe.skipIf(withoutBrowser)(`in a browser${browserRemedy}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 120_000);
  afterAll(() => browser?.close());

  const show = async (options: Parameters<typeof openPage>[2] = {}) => {
    const page = picturePage(pictureOf(observed, verdicts, words, marks));
    const server = createServer((_, response) =>
      response
        .writeHead(200, {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": picturePolicy,
        })
        .end(page),
    );
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rehearsal`;
    const watched = await openPage(browser, url, options);
    await watched.page.goto(url);
    onTestFinished(async () => {
      await watched.close();
      server.close();
    });
    return watched;
  };

  test.each(["light", "dark"] as const)("axe finds nothing, %s", async (colorScheme) => {
    const { page, problems } = await show({ colorScheme });
    expect(await axeViolations(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  test("the same facts as text as in the picture: every service of every host, every promise", async () => {
    const { page } = await show();
    for (const { name, containers } of observed.hosts) {
      const table = page.getByRole("table", { name: `Services of ${name}` });
      for (const container of containers)
        expect(await table.getByRole("rowheader", { name: container.name, exact: true }).count()).toBe(1);
      expect(await page.locator("svg text.host-name", { hasText: name }).count()).toBe(1);
    }
    expect(await page.locator("svg text.chip-name").count()).toBe(
      observed.hosts.flatMap(({ containers }) => containers).length + 1,
    );
    expect(
      await page
        .getByRole("table", { name: /Every promise/ })
        .getByRole("row")
        .count(),
    ).toBe(4);
  });

  test("nothing in the picture lies outside of it, on a telephone too the page does not scroll sideways", async () => {
    const { page } = await show({ viewport: { width: 390, height: 844 } });
    const measured = await page.evaluate(`(() => {
      const svg = document.querySelector("svg"), frame = svg.getBoundingClientRect();
      const outside = [...svg.querySelectorAll("rect, text")].filter((element) => {
        const box = element.getBoundingClientRect();
        return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
      });
      return { outside: outside.map((element) => element.textContent || element.getAttribute("class")),
        sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth };
    })()`);
    expect(measured).toEqual({ outside: [], sideways: 0 });
  });
});
