import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { bundledProgram } from "../bench/contenders.ts";
import { malformedRequest } from "./testing/malformed.ts";
import { type RunningService, runService } from "./testing/process.ts";

const perRound = 10_000;
const atOnce = 40;

test("10,000 malformed requests do not stop it, and another 10,000 take no more memory", {
  timeout: 300_000,
}, async () => {
  // The bundle with the options of the image: its memory is what a host gives away.
  const service = await runService({}, bundledProgram());
  await attack(service, 0);
  await stillAnswers(service);
  const afterFirst = residentKiB(service.pid);
  await attack(service, perRound);
  await stillAnswers(service);
  const afterSecond = residentKiB(service.pid);
  expect(afterSecond).toBeLessThan(afterFirst * 1.1);
  // Nothing of it reached the log as an error of ours.
  expect(service.output()).not.toContain('"level":50');
});

async function attack({ port }: RunningService, firstSeed: number): Promise<void> {
  let next = firstSeed;
  const worker = async () => {
    while (next < firstSeed + perRound) {
      next += 1;
      await send(port, next);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Sends one malformed request and ends when the server has said or done something about it. */
function send(port: number, seed: number): Promise<void> {
  const { bytes, hangUp } = malformedRequest(seed);
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(bytes, () => {
        // Also a client that goes away in the middle is one that a service meets.
        if (hangUp) socket.destroy();
      });
    });
    socket.on("data", () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}

async function stillAnswers({ url }: RunningService): Promise<void> {
  const response = await fetch(`${url}/api/metrics`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ host: "attic" });
}

function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
