import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, isWireObject, isWireSecret, type Wire, type WireObject, wrapSecret } from "./marshal.ts";
import type { Properties, Value } from "./provider.ts";
import { encodeLike, mergeSamples } from "./secrets.ts";

describe("encodeLike", () => {
  test("marks what came as a secret, where it came", () => {
    const like = {
      password: wrapSecret("hunter2"),
      envs: ["A=1", wrapSecret("B=2")],
      uploads: [{ file: "/a", content: wrapSecret("text") }],
    };
    const answer = {
      password: "hunter2",
      envs: ["A=1", "B=2"],
      uploads: [{ file: "/a", content: "text", owner: "root" }],
      size: 1,
    };
    expect(encodeLike(answer, like)).toEqual({
      password: wrapSecret("hunter2"),
      envs: ["A=1", wrapSecret("B=2")],
      uploads: [{ file: "/a", content: wrapSecret("text"), owner: "root" }],
      size: 1,
    });
  });

  test.each<[string, string[]]>([
    ["sorted", ["B=2", "A=1"]],
    ["longer", ["PATH=/bin", "A=1", "B=2"]],
    ["changed", ["A=1", "B=3"]],
  ])("marks a whole list that came back %s", (_how, envs) => {
    const like = { envs: ["A=1", wrapSecret("B=2")] };
    expect(encodeLike({ envs }, like)).toEqual({ envs: wrapSecret(envs) });
  });

  test("marks a property whose kind changed", () => {
    expect(encodeLike({ a: "hunter2" }, { a: { b: wrapSecret("hunter2") } })).toEqual({
      a: wrapSecret("hunter2"),
    });
  });

  test("marks what the provider calls secret, whatever came", () => {
    expect(encodeLike({ key: "k", name: "n" }, { name: "n" }, ["key", "absent"])).toEqual({
      key: wrapSecret("k"),
      name: "n",
    });
  });

  test("leaves out what is undefined", () => {
    const answer: Record<string, unknown> = { a: undefined, b: 1 };
    expect(encodeLike(answer as Properties, {})).toEqual({ b: 1 });
  });
});

test("of two samples the one with a secret counts, per property", () => {
  const state = { a: "x", b: wrapSecret("y") };
  const inputs = { a: wrapSecret("x"), b: "y", c: "z" };
  expect(mergeSamples(state, inputs)).toEqual({ a: wrapSecret("x"), b: wrapSecret("y"), c: "z" });
});

test("no secret is ever in the open, however an answer's lists are turned round", () => {
  const secret = fc.nat().map((n): Wire => wrapSecret(`secret-${n}`));
  const { wire } = fc.letrec<{ wire: Wire }>((tie) => ({
    wire: fc.oneof(
      { maxDepth: 4 },
      secret,
      fc.constantFrom<Wire>("open", 1, null),
      fc.array(tie("wire"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom("a", "b", "c"), tie("wire"), { noNullPrototype: true }),
    ),
  }));
  const sample = fc.dictionary(fc.constantFrom("x", "y"), wire, { noNullPrototype: true });
  fc.assert(
    fc.property(sample, fc.constantFrom(same, reversed, prefixed), (like, turn) => {
      const answer = turnAll(decode(like).properties, turn);
      expect(JSON.stringify(inTheOpen(encodeLike(answer, like)))).not.toContain("secret-");
    }),
  );
});

type Turn = (list: Value[]) => Value[];
const same: Turn = (list) => list;
const reversed: Turn = (list) => list.toReversed();
const prefixed: Turn = (list) => ["new", ...list];

function turnAll(properties: Properties, turn: Turn): Properties {
  const turned = (value: Value): Value => {
    if (Array.isArray(value)) return turn(value.map(turned));
    return value?.constructor === Object ? turnAll(value as Properties, turn) : value;
  };
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, turned(value)]));
}

function inTheOpen(wire: Wire): Wire {
  if (isWireSecret(wire)) return "[secret]";
  if (Array.isArray(wire)) return wire.map(inTheOpen);
  if (!isWireObject(wire)) return wire;
  const open: WireObject = {};
  for (const [key, value] of Object.entries(wire)) open[key] = inTheOpen(value);
  return open;
}
