import { describe, expect, test } from "vitest";
import { type Properties, UNKNOWN } from "../../provider/provider.ts";
import { changedPaths, diffProperties, type Schema } from "./schema.ts";

const schema: Schema = {
  inputs: {
    name: { replaces: true },
    size: {},
    chosen: { computed: true },
    mode: { default: "a" },
    tags: { unordered: true },
  },
  outputs: [],
};
const diff = (state: Properties, wanted: Properties, ignored: string[] = []) =>
  diffProperties(schema, state, wanted, ignored);

/** What the Terraform bridge plans from a state and a program's inputs. */
describe("a plan", () => {
  test("is none when the state has what the program wants", () => {
    expect(diff({ name: "x", size: 1, tags: ["a", "b"] }, { name: "x", size: 1, tags: ["b", "a"] })).toEqual({
      changes: "none",
      replaces: [],
      diffs: [],
      deleteBeforeReplace: false,
    });
  });

  test("sees what somebody else set, except where the cloud may choose", () => {
    expect(diff({ size: 5 }, {}).diffs).toEqual(["size"]);
    expect(diff({ chosen: "by the cloud" }, {}).diffs).toEqual([]);
    expect(diff({ chosen: "by the cloud" }, { chosen: "mine" }).diffs).toEqual(["chosen"]);
  });

  test("takes a default for what is left out, on both sides", () => {
    expect(diff({}, { mode: "a" }).diffs).toEqual([]);
    expect(diff({ mode: "b" }, {}).diffs).toEqual(["mode"]);
  });

  test("takes an unknown value for a change", () => {
    expect(diff({ size: 5 }, { size: UNKNOWN }).diffs).toEqual(["size"]);
    expect(diff({ tags: ["a"] }, { tags: [UNKNOWN] }).diffs).toEqual(["tags[0]"]);
  });

  test("leaves out what ignoreChanges names", () => {
    expect(diff({ name: "x", size: 1 }, { name: "y", size: 2 }, ["name"])).toMatchObject({
      diffs: ["size"],
      replaces: [],
    });
  });

  test("deletes first where the name stays, since two of one name cannot be", () => {
    const named: Schema = { inputs: { name: {}, place: { replaces: true } }, outputs: [] };
    const plan = (name: string) => diffProperties(named, { name: "x", place: "a" }, { name, place: "b" }, []);
    expect([plan("x").deleteBeforeReplace, plan("y").deleteBeforeReplace]).toEqual([true, false]);
  });
});

test("paths lead to what differs", () => {
  const before = { a: [{ b: 1, c: 2 }], d: "same" };
  const after = { a: [{ b: 1, c: 3 }, { b: 2 }], d: "same" };
  expect(changedPaths("x", before, after)).toEqual(["x.a[0].c", "x.a[1]"]);
});
