import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { layoutShifts, openBrowser, openPage, seen } from "./testing/browser.ts";
import { browserRemedy, withoutBrowser } from "./testing/chromium.ts";
import { activity, hosts, input, services, weather } from "./testing/examples.ts";
import { startNameServer } from "./testing/name-server.ts";
import { startNginx } from "./testing/nginx.ts";
import { closeAll, startStub } from "./testing/stub.ts";
import { nginxRemedy, withoutNginx } from "./testing/tools.ts";

describe.skipIf(withoutNginx || withoutBrowser)(
  `the page as nginx really serves it${nginxRemedy}${browserRemedy}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    }, 120_000);
    afterAll(() => browser?.close());

    test.each(["cloud", "home"])(
      "on %s: real lights, live numbers, the worker, no broken policy, nothing moves",
      async (hostName) => {
        const answers: Record<string, unknown> = { hosts: hosts(), weather, activity: activity() };
        const stub = await startStub((request, response) => {
          const topic = request.url?.split(/[/?]/)[2] ?? "";
          response.writeHead(200, { "content-type": "application/json" });
          response.end(JSON.stringify(answers[topic] ?? {}));
        });
        const names = await startNameServer(new Set(["alive.test"]));
        const probed = services.map((service) => ({
          ...service,
          healthUrl: `http://${service.name === "kavita" ? "dead" : "alive"}.test:${stub.port}/health`,
        }));
        const host = { hostName, hostNames: ["cloud", "home"], gateway: "127.0.0.1", subnet: "127.0.0.1/32" };
        const nginx = await startNginx({
          input: input({ ...host, services: probed }),
          apiPort: stub.port,
          namesPort: names.port,
        });
        onTestFinished(closeAll(nginx, stub, names));
        const { page, problems, close } = await openPage(browser, nginx.url, { serviceWorkers: "allow" });
        await page.goto(nginx.url);
        expect(await seen(page.locator("footer"))).toContain(`Served by ${hostName}`);
        await page.getByText("23.4 %").waitFor();
        await expect.poll(() => seen(page.locator("#lights-say"))).toBe("8 of 9 answer");
        expect(await seen(page.locator("[data-service=grafana] .light"))).toMatch(/^up · \d+ ms$/);
        expect(await seen(page.locator("[data-service=kavita] .light"))).toBe("down · no answer");
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
        await page.reload();
        await page.getByText("23.4 %").waitFor();
        expect(await page.evaluate("navigator.serviceWorker.controller !== null")).toBe(true);
        expect(await layoutShifts(page)).toEqual([]);
        expect(problems).toEqual([]);
        await close();
      },
    );
  },
);
