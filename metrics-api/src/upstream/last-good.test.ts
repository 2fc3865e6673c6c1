import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { keepLastGood } from "./last-good.ts";
import { UpstreamError } from "./upstream-error.ts";

/** A service whose answers are given by hand, and a clock that is set by hand. */
function setUp(options: { waitAfterFailure?: boolean } = {}) {
  let time = 1_000_000;
  const open: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const outcomes: (string | undefined)[] = [];
  const read = keepLastGood({
    load: () => new Promise<string>((resolve, reject) => open.push({ resolve, reject })),
    freshMs: 60_000,
    retryMs: 10_000,
    waitAfterFailure: options.waitAfterFailure ?? true,
    onOutcome: (failure) => outcomes.push(failure?.message),
    now: () => time,
  });
  return {
    read,
    outcomes,
    asked: () => open.length,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
    succeed: (value: string) => open[open.length - 1]?.resolve(value),
    fail: (error: Error) => open[open.length - 1]?.reject(error),
  };
}

const slow = new UpstreamError("did not answer within 3 s");

test("asks once for all who read at the same time", async () => {
  const service = setUp();
  const readers = [service.read(), service.read(), service.read()];
  service.succeed("sunny");
  const answers = await Promise.all(readers);
  expect(answers).toEqual(Array(3).fill({ value: "sunny", ageSeconds: 0, stale: false, failure: undefined }));
  expect(service.asked()).toBe(1);
});

test("serves a fresh answer without asking again, with its age", async () => {
  const service = setUp();
  const first = service.read();
  service.succeed("sunny");
  await first;
  service.pass(59_000);
  expect(await service.read()).toMatchObject({ value: "sunny", ageSeconds: 59, stale: false });
  expect(service.asked()).toBe(1);
  service.pass(1_000);
  const again = service.read();
  service.succeed("rain");
  expect(await again).toMatchObject({ value: "rain", ageSeconds: 0 });
});

test("serves the last good answer as stale when the service fails, and leaves it alone for a while", async () => {
  const service = setUp();
  const first = service.read();
  service.succeed("sunny");
  await first;
  service.pass(70_000);
  const second = service.read();
  service.fail(slow);
  expect(await second).toEqual({ value: "sunny", ageSeconds: 70, stale: true, failure: slow });
  service.pass(9_000);
  expect(await service.read()).toMatchObject({ ageSeconds: 79, stale: true });
  expect(service.asked()).toBe(2);
  service.pass(1_000);
  const third = service.read();
  service.succeed("fog");
  expect(await third).toMatchObject({ value: "fog", stale: false, failure: undefined });
  expect(service.outcomes).toEqual([undefined, slow.message, undefined]);
});

test("says why when there never was an answer", async () => {
  const service = setUp();
  const first = service.read();
  service.fail(slow);
  expect(await first).toEqual({ value: undefined, failure: slow });
});

test("names an error of the program itself without its text", async () => {
  const service = setUp();
  const first = service.read();
  service.fail(new TypeError("cannot read secret of undefined"));
  expect(await first).toMatchObject({ failure: { message: "sent an answer that makes no sense" } });
});

test("leaves a service alone as long as it asks for, but not for a day", async () => {
  const service = setUp();
  const first = service.read();
  service.fail(new UpstreamError("answered with status 429", 429, 86_400_000));
  await first;
  service.pass(599_000);
  await service.read();
  expect(service.asked()).toBe(1);
  service.pass(1_000);
  service.read();
  expect(service.asked()).toBe(2);
});

test("keeps no reader waiting for a service that failed last time", async () => {
  const service = setUp({ waitAfterFailure: false });
  const first = service.read();
  service.fail(slow);
  await first;
  service.pass(10_000);
  expect(await service.read()).toEqual({ value: undefined, failure: slow });
  expect(service.asked()).toBe(2);
  service.succeed("back");
  // The attempt ended in the background; the next reader finds its answer.
  await eventually(async () => (await service.read()).value).toBe("back");
});

test("counts an answer as old when the clock was set back", async () => {
  const service = setUp();
  const first = service.read();
  service.succeed("sunny");
  await first;
  service.pass(-3_600_000);
  const second = service.read();
  service.succeed("rain");
  expect(await second).toMatchObject({ value: "rain" });
});
