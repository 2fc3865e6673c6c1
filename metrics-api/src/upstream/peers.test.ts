import type { RequestListener } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { exampleMetrics } from "../testing/host-metrics.ts";
import { deadAddress, sendJson, startServer } from "../testing/servers.ts";
import { createPeerReporter } from "./peers.ts";

const minuteMs = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

/** A peer whose behaviour can be changed; time stands still but for `pass`. */
async function startPeer(initial: RequestListener) {
  vi.useFakeTimers({ toFake: ["Date"] });
  let behaviour = initial;
  let asked = 0;
  const url = await startServer((request, response) => {
    asked += 1;
    behaviour(request, response);
  });
  return {
    report: createPeerReporter({ name: "attic", url }, () => {}),
    asked: () => asked,
    become: (next: RequestListener) => {
      behaviour = next;
    },
    pass: (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds),
  };
}

const fine: RequestListener = (_, response) => sendJson(response, exampleMetrics("attic"));
const failing: RequestListener = (_, response) => sendJson(response, {}, 500);

test("a peer that answers is fresh", async () => {
  const peer = await startPeer(fine);
  expect(await peer.report()).toEqual({
    host: "attic",
    self: false,
    state: "fresh",
    ageSeconds: 0,
    metrics: exampleMetrics("attic"),
    reason: null,
  });
});

test("is asked at most once a second, however many read", async () => {
  const peer = await startPeer(fine);
  await Promise.all(Array.from({ length: 20 }, peer.report));
  await peer.report();
  expect(peer.asked()).toBe(1);
});

test("is stale with the age of its last numbers when it stops answering, unreachable after ten minutes", async () => {
  const peer = await startPeer(fine);
  await peer.report();
  peer.become(failing);
  peer.pass(90_000);
  expect(await peer.report()).toMatchObject({
    state: "stale",
    ageSeconds: 90,
    metrics: { host: "attic" },
    reason: "attic answered with status 500",
  });
  peer.pass(9 * minuteMs);
  expect(await peer.report()).toMatchObject({ state: "unreachable", ageSeconds: 630, metrics: null });
});

test("delays nobody once it is known to be gone, and is found when it is back", async () => {
  const peer = await startPeer(fine);
  await peer.report();
  peer.become(failing);
  peer.pass(2_000);
  await peer.report();
  // From here on it takes the connection and never answers, so that only the limit of 1.5 s would end the wait.
  let gaveUp = false;
  peer.become((_, response) => {
    response.on("close", () => {
      gaveUp = true;
    });
  });
  peer.pass(2_000);
  expect(await peer.report()).toMatchObject({ state: "stale", ageSeconds: 4 });
  expect(gaveUp).toBe(false);
  peer.become(fine);
  await eventually(async () => {
    peer.pass(2_000);
    return (await peer.report()).state;
  }).toBe("fresh");
});

test.each<[string, RequestListener, string]>([
  ["never answers", () => {}, "attic did not answer within 1.5 s"],
  [
    "answers something else",
    (_, response) => sendJson(response, { ok: true }),
    "attic sent an answer that is no metrics",
  ],
  [
    "is another host",
    (_, response) => sendJson(response, exampleMetrics("shed")),
    'attic answers as "shed"; check its address in PEERS',
  ],
  ["floods", (_, response) => response.end(" ".repeat(300 * 1024)), "attic sent more than 256 KiB"],
  [
    "redirects away",
    (_, response) => response.writeHead(302, { location: "http://127.0.0.9/" }).end(),
    "attic redirects to another host",
  ],
  ["hangs up", (_, response) => response.destroy(), "attic could not be reached (ECONNRESET)"],
])("a peer that %s is unreachable, and the report says why", async (_, behaviour, reason) => {
  const peer = await startPeer(behaviour);
  expect(await peer.report()).toEqual({
    host: "attic",
    self: false,
    state: "unreachable",
    ageSeconds: null,
    metrics: null,
    reason,
  });
});

test("a peer that is switched off is unreachable", async () => {
  const report = createPeerReporter({ name: "attic", url: deadAddress }, () => {});
  expect(await report()).toMatchObject({
    state: "unreachable",
    reason: "attic could not be reached (ECONNREFUSED)",
  });
});
