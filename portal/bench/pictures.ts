import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { openPage } from "../testing/browser.ts";
import { metrics, report } from "../testing/examples.ts";
import { publicDir, startPortal } from "../testing/portal.ts";

const images = join(import.meta.dirname, "..", "..", "docs", "images");
const MINUTES_OF_HISTORY = 5;

/** The pictures of the README (example data, both themes, a phone) and the icons of the installed page. */
export async function makePictures(browser: Browser): Promise<string[]> {
  const files = [];
  for (const colorScheme of ["dark", "light"] as const) {
    files.push(
      await picture(browser, `portal-${colorScheme}.png`, colorScheme, { width: 1440, height: 1230 }),
    );
  }
  files.push(await picture(browser, "portal-phone.png", "dark", { width: 390, height: 844 }));
  files.push(await icon(browser, "kite-192.png", 192, 0));
  files.push(await icon(browser, "kite-512.png", 512, 0));
  // A mask may cut off a fifth on each side; the drawing keeps clear of that.
  files.push(await icon(browser, "kite-maskable-512.png", 512, 0.12));
  return files;
}

async function picture(
  browser: Browser,
  name: string,
  colorScheme: "dark" | "light",
  viewport: { width: number; height: number },
): Promise<string> {
  const portal = await startPortal({ hostNames: ["cloud", "home"] });
  const { page, close } = await openPage(browser, portal.url, {
    viewport,
    colorScheme,
    reducedMotion: "reduce",
  });
  await page.route("**/up/", (route) => route.fulfill({ json: { lights: exampleLights() } }));
  await page.clock.install();
  await page.goto(portal.url);
  await page.getByText("23.4 %").waitFor();
  for (let second = 0; second < MINUTES_OF_HISTORY * 60; second += 5) {
    const wave = 35 + 22 * Math.sin(second / 23) + 9 * Math.sin(second / 7);
    const home = report("home", { metrics: metrics("home", 90 - wave) });
    portal.answers.hosts = { hosts: [report("cloud", { metrics: metrics("cloud", wave) }), home] };
    const answered = page.waitForResponse("**/api/hosts");
    await page.clock.runFor(5000);
    await answered;
  }
  await page.screenshot({ path: join(images, name) });
  await close();
  await portal.close();
  return `docs/images/${name}`;
}

function exampleLights() {
  const at = Date.now() / 1000;
  const names = [
    "portal",
    "authentik",
    "forgejo",
    "openproject",
    "open-webui",
    "karakeep",
    "grafana",
    "uptime-kuma",
  ];
  const up = names.map((name, index) => [
    name,
    { up: true, status: 200, seconds: 0.003 + index * 0.006, at },
  ]);
  return { ...Object.fromEntries(up), kavita: { up: false, status: 502, seconds: null, at } };
}

async function icon(browser: Browser, name: string, size: number, margin: number): Promise<string> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const drawing = await readFile(join(publicDir, "icons", "kite.svg"), "utf8");
  const source = `data:image/svg+xml;base64,${Buffer.from(drawing).toString("base64")}`;
  const ground = margin > 0 ? "#0d0820" : "transparent";
  await page.setContent(
    `<body style="margin:0;background:${ground}"><img src="${source}" style="display:block;box-sizing:border-box;` +
      `width:${size}px;height:${size}px;padding:${Math.round(size * margin)}px">`,
  );
  await page.screenshot({ path: join(publicDir, "icons", name), omitBackground: true });
  await page.close();
  return `portal/public/icons/${name}`;
}
