import { expect, test } from "vitest";
import { canonicalDuration } from "./durations.ts";

test.each([
  ["30s", "30s"],
  ["60s", "1m0s"],
  ["90s", "1m30s"],
  ["2m0s", "2m0s"],
  ["1h", "1h0m0s"],
  ["500ms", "500ms"],
  ["", "0s"],
  ["soon", "0s"],
])("Go writes %s as %s", (given, written) => {
  expect(canonicalDuration(given)).toBe(written);
});
