import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { publicDir } from "./testing/portal.ts";

/*
 * axe leaves out text on a gradient ("incomplete"), and panels and cards have one. The colours are therefore judged
 * here, each text colour on each ground it can stand on, by WCAG 2.2's own formula.
 */
const css = readFileSync(join(publicDir, "style.css"), "utf8");
const colours = new Map(
  [...css.matchAll(/--([a-z]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }],
  ),
);
const AA = 4.5;

function luminance(colour: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test("the formula is WCAG's", () => {
  expect(contrast("#000000", "#ffffff")).toBe(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const colour = (name: string) => colours.get(name)?.[theme] ?? `no colour ${name}`;
  const texts = ["text", "dim", "cyan", "pink", "good", "warn", "bad"];

  test.each(texts)("%s is readable on every ground", (text) => {
    for (const ground of ["ground", "panel", "raised"]) {
      expect(contrast(colour(text), colour(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(AA);
    }
  });

  test.each(["cyan", "pink", "good"])("the ground's colour is readable on %s", (hue) => {
    expect(contrast(colour("ground"), colour(hue))).toBeGreaterThanOrEqual(AA);
  });
});
