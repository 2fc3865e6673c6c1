import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { otherTexts, plainScalars } from "./fixtures/scalars.ts";
import { at, parseYaml } from "./yaml.ts";

/** What Pulumi itself reads and writes: gopkg.in/yaml.v3 v3.0.1 in the engine's own code, version 3.259.0. */
interface Row {
  readonly kind: "scalar" | "text";
  readonly yaml: string;
  /** JSON of what it reads; undefined: it refuses the file. */
  readonly reads?: string;
  /** JSON of what is read here from what it writes. */
  readonly rereads?: string;
}

const rows: readonly Row[] = readFileSync(join(import.meta.dirname, "fixtures", "go-yaml.jsonl"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line));

const fileWith = ({ kind, yaml }: Row): string =>
  `config:\n  kitestacks:services:\n    ${kind === "scalar" ? `v: ${yaml}` : yaml}\n`;

/** By YAML 1.2 alone, without any rule of ours. */
function ours(row: Row): { readonly value: unknown } | undefined {
  const document = parseDocument(fileWith(row));
  if (document.errors.length > 0 || document.warnings.length > 0) return undefined;
  return { value: at(document.toJS(), "config", "kitestacks:services") };
}

function isReadAlike(row: Row): boolean {
  const read = ours(row);
  if (read === undefined || row.reads === undefined || row.rereads === undefined) return false;
  const json = JSON.stringify(read.value);
  return isSameScalar(row, read.value) && row.rereads === json;
}

/** Digit by digit where Go keeps all of them, which JSON.parse would round away. */
function isSameScalar({ kind, reads = "" }: Row, value: unknown): boolean {
  const number = /^\{"v":(-?\d+)\}$/.exec(reads)?.[1];
  const mine = at(value, "v");
  if (kind === "scalar" && number !== undefined && typeof mine === "number") {
    const digits = BigInt(number);
    if (BigInt.asIntN(64, digits) === digits) return Number.isInteger(mine) && BigInt(mine) === digits;
  }
  return JSON.stringify(JSON.parse(reads)) === JSON.stringify(isInfinite(mine) ? "infinite" : value);
}

/** JSON has no word for it. */
const isInfinite = (value: unknown): boolean => typeof value === "number" && !Number.isFinite(value);

function refusals(row: Row): readonly string[] {
  const { problems, differing } = parseYaml("Pulumi.home.yaml", fileWith(row), ["kitestacks:services"]);
  return [...problems, ...differing].map(({ wrong }) => wrong);
}

const scalars = rows.filter(({ kind }) => kind === "scalar");
const texts = rows.filter(({ kind }) => kind === "text");

describe("what Pulumi reads as something else is refused", () => {
  it("has Pulumi's answer to every scalar and text", () => {
    expect(scalars.map(({ yaml }) => yaml)).toEqual(plainScalars);
    expect(texts.map(({ yaml }) => yaml)).toEqual(otherTexts);
  });

  it("refuses every plain scalar that is read differently, and accepts every other", () => {
    const wrong = scalars.filter((row) => refusals(row).length > 0 === isReadAlike(row));
    expect(wrong.map((row) => ({ ...row, refusals: refusals(row) }))).toEqual([]);
    expect(scalars.filter((row) => !isReadAlike(row)).length).toBeGreaterThan(200);
    expect(scalars.filter(isReadAlike).length).toBeGreaterThan(400);
  });

  it.each(texts.filter((row) => !isReadAlike(row)))("refuses $yaml", (row) => {
    expect(refusals(row)).not.toEqual([]);
  });

  it("accepts a text that both read alike, but for tags, numbers as keys and texts of several lines", () => {
    const refused = texts.filter((row) => isReadAlike(row) && refusals(row).length > 0);
    expect(refused.map(({ yaml }) => yaml)).toEqual(["true: a", "a: !!str 2026-12-01"]);
  });
});
