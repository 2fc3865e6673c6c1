import { expect, test } from "vitest";
import { Stopwatch } from "./stopwatch.ts";

test("counts overlapping work once, and failed work too", async () => {
  const stopwatch = new Stopwatch();
  expect(stopwatch.seconds()).toBe(0);
  const started = performance.now();
  const wait = () => new Promise((resolve) => setTimeout(resolve, 30));
  await Promise.all([stopwatch.time(wait), stopwatch.time(wait), stopwatch.time(wait)]);
  const failing = stopwatch.time(async () => {
    throw new Error("refused");
  });
  await expect(failing).rejects.toThrow("refused");
  const elapsed = (performance.now() - started) / 1000;
  expect(stopwatch.seconds()).toBeGreaterThan(0.02);
  expect(stopwatch.seconds()).toBeLessThanOrEqual(elapsed);
});
