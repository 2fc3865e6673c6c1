import axe from "axe-core";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
  type Request,
} from "playwright-core";
import { findChromium } from "./chromium.ts";

/** Keeps the browser from calling home; what the page itself asks for is judged by `openPage`. */
const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-first-run",
  "--no-pings",
];

/** A real Chromium; nothing of it has to be installed on the machine. */
export async function openBrowser(extraFlags: readonly string[] = []): Promise<Browser> {
  const { executablePath, libraries } = await findChromium();
  // Chromium refuses to sandbox itself for root, as in most containers.
  const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({
    executablePath,
    args: [...FLAGS, ...root, ...extraFlags],
    headless: true,
    env: libraries === undefined ? { ...process.env } : { ...process.env, LD_LIBRARY_PATH: libraries },
  });
}

export type Watched = {
  page: Page;
  /** Console errors, uncaught errors, policy violations and requests to another origin, in words. */
  problems: string[];
  /** Its requests that are still on their way. */
  open: Set<Request>;
  close(): Promise<void>;
};

/** Runs in the page: what breaks the content policy becomes a console error, and layout shifts are added up. */
const WATCHER = `
  document.addEventListener("securitypolicyviolation", (event) =>
    console.error("policy violation: " + event.violatedDirective + " " + event.blockedURI));
  window.layoutShifts = [];
  const name = (node) => node?.id || node?.dataset?.is || node?.className || node?.textContent || "";
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) window.layoutShifts.push({ value: entry.value,
        moved: entry.sources.map(({ node }) => name(node) + " in " + name(node?.parentElement)) });
    }
  }).observe({ type: "layout-shift", buffered: true });
`;

/** A new page in a context of its own (no cookies, no storage, no cache), with everything that goes wrong noted. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ serviceWorkers: "block", locale: "en-GB", ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  const open = new Set<Request>();
  const { origin } = new URL(url);
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) problems.push(`other origin: ${request.url()}`);
  });
  context.on("request", (request) => open.add(request));
  context.on("requestfinished", (request) => open.delete(request));
  context.on("requestfailed", (request) => open.delete(request));
  await context.addInitScript(WATCHER);
  return { page, problems, open, close: () => context.close() };
}

export type Shift = { value: number; moved: string[] };

export function layoutShifts(page: Page): Promise<Shift[]> {
  return page.evaluate<Shift[]>("window.layoutShifts");
}

/** What axe-core finds wrong: rule, element and why. Everything it knows is asked, best practices too. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.target + " " + node.failureSummary)))`);
}

/** The text that a person sees, each piece on a line of its own. */
export async function seen(locator: Locator): Promise<string> {
  const texts = await locator.allInnerTexts();
  return texts
    .join("\n")
    .replaceAll(/\s*\n\s*/g, "\n")
    .trim();
}

/** From here on time passes in the page only when the test says so (`page.clock.runFor`). To be called before it is opened. */
export async function stopClock(page: Page): Promise<void> {
  const now = Date.now();
  await page.clock.install({ time: now });
  // The clock runs until this call and cannot be put back: with a second, a busy machine was too late.
  await page.clock.pauseAt(now + 60_000);
}
