import { expect, test } from "vitest";
import { canonicalDuration, secondsOf } from "./duration.ts";

/** What Go 1.26.8 answers: time.ParseDuration, then String() and Seconds(). */
const answers: readonly [given: string, written: string | undefined, seconds: number | undefined][] = [
  ["30s", "30s", 30],
  ["60s", "1m0s", 60],
  ["90s", "1m30s", 90],
  ["2m0s", "2m0s", 120],
  ["1h", "1h0m0s", 3600],
  ["500ms", "500ms", 0.5],
  ["0", "0s", 0],
  ["", undefined, undefined],
  ["soon", undefined, undefined],
  ["1.5s", "1.5s", 1.5],
  ["1h1m1.5s", "1h1m1.5s", 3661.5],
  [".5m", "30s", 30],
  ["5.s", "5s", 5],
  ["100us", "100µs", 0.0001],
  ["100µs", "100µs", 0.0001],
  ["100μs", "100µs", 0.0001],
  ["7ns", "7ns", 7e-9],
  ["-1m30s", "-1m30s", -90],
  ["+3s", "3s", 3],
  ["1m30", undefined, undefined],
  ["1 s", undefined, undefined],
  ["1d", undefined, undefined],
  ["1S", undefined, undefined],
  ["1m 30s", undefined, undefined],
  ["0.5ms", "500µs", 0.0005],
  ["1e3s", undefined, undefined],
  ["1500ms", "1.5s", 1.5],
  ["1ms1h", "1h0m0.001s", 3600.001],
];

test.each(answers)("Go reads %j as %s", (given, written, seconds) => {
  expect(canonicalDuration(given)).toBe(written ?? "0s");
  if (seconds === undefined) {
    expect(() => secondsOf(given)).toThrow(
      `${JSON.stringify(given)} is no duration; write one like 1m30s or 500ms`,
    );
  } else expect(secondsOf(given)).toBeCloseTo(seconds, 9);
});
