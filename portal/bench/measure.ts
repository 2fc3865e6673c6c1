import { gzipSync } from "node:zlib";
import lighthouse from "lighthouse";
import type { Browser } from "playwright-core";
import { layoutShifts, openPage } from "../testing/browser.ts";

/** A first visit's shell, without the live calls after it. */
export type Shell = { requests: number; bytes: number; gzipBytes: number };

const LIVE = /^\/(api|up)\//;
/** What headless browsers leave out and others fetch. */
const UNSEEN = ["/icons/kite.svg", "/manifest.webmanifest", "/sw.js"];

export async function measureShell(browser: Browser, url: string): Promise<Shell> {
  const { page, close } = await openPage(browser, url);
  const paths = new Set(UNSEEN);
  page.on("request", (request) => paths.add(new URL(request.url()).pathname));
  await page.goto(url, { waitUntil: "networkidle" });
  await close();
  const shell = [...paths].filter((path) => !LIVE.test(path));
  const contents = await Promise.all(
    shell.map(async (path) => Buffer.from(await (await fetch(url + path)).arrayBuffer())),
  );
  const total = (size: (content: Buffer) => number) =>
    contents.reduce((sum, content) => sum + size(content), 0);
  return {
    requests: shell.length,
    bytes: total((content) => content.length),
    gzipBytes: total((content) => gzipSync(content, { level: 6 }).length),
  };
}

export type Paint = { firstContentfulMs: number[]; layoutShift: number };

/** Visits with an empty cache each, after one that is not counted (the browser itself starts up in it). */
export async function measurePaint(browser: Browser, url: string, visits: number): Promise<Paint> {
  const firstContentfulMs: number[] = [];
  let layoutShift = 0;
  for (let visit = 0; visit <= visits; visit += 1) {
    const { page, close } = await openPage(browser, url, { viewport: { width: 1440, height: 900 } });
    await page.goto(url, { waitUntil: "networkidle" });
    const painted = await page.evaluate<number>(
      "performance.getEntriesByName('first-contentful-paint')[0].startTime",
    );
    if (visit > 0) firstContentfulMs.push(painted);
    for (const { value } of await layoutShifts(page)) layoutShift += value;
    await close();
  }
  return { firstContentfulMs: firstContentfulMs.sort((a, b) => a - b), layoutShift };
}

export type Score = { category: string; score: number; lost: string[] };

/** Lighthouse as it judges a phone on a slow network, in a browser that listens on `debuggingPort`. */
export async function measureLighthouse(url: string, debuggingPort: number): Promise<Score[]> {
  const result = await lighthouse(url, {
    port: debuggingPort,
    output: "json",
    logLevel: "error",
    onlyCategories: ["performance", "accessibility", "best-practices"],
  });
  if (!result) throw new Error(`Lighthouse gave no result for ${url}.`);
  const { categories, audits } = result.lhr;
  return Object.values(categories).map(({ title, score, auditRefs }) => ({
    category: title,
    score: Math.round((score ?? 0) * 100),
    lost: auditRefs
      .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
      .map(({ id }) => `${id} ${audits[id]?.displayValue ?? ""}`.trim()),
  }));
}
