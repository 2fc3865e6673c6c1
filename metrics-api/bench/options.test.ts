import { expect, test } from "vitest";
import { imageOptions } from "./contenders.ts";
import { readOptions } from "./options.ts";

test("the defaults are three rounds of ten seconds and a minute of idling", () => {
  expect(readOptions([])).toEqual({ rounds: 3, seconds: 10, idle: 60, v8: false });
  expect(readOptions(["--rounds", "1", "--seconds=2", "--idle", "5", "--v8"])).toEqual({
    rounds: 1,
    seconds: 2,
    idle: 5,
    v8: true,
  });
});

test.each([
  [["--rounds", "0"], "--rounds 0 is no whole number from 1 to 9999"],
  [["--seconds", "1.5"], "--seconds 1.5 is no whole number from 1 to 9999"],
  [["--fast"], "Unknown option '--fast'"],
])("refuses %j", (words, message) => {
  expect(() => readOptions(words)).toThrow(message);
});

test("our service is measured with the options of the image", () => {
  expect(imageOptions()).toEqual(["--max-semi-space-size=1", "--max-old-space-size=48"]);
});
