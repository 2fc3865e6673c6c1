import { expect, test } from "vitest";
import { joinPath, valueAt } from "./property-path.ts";

test.each([
  ["", "a", "a"],
  ["a", "b", "a.b"],
  ["a", 0, "a[0]"],
  ["a", "b.c", 'a["b.c"]'],
  ["a", 'q"', 'a["q\\""]'],
])("joins %j and %j as %j", (path, key, joined) => {
  expect(joinPath(path, key)).toBe(joined);
});

test("finds the value under every path that it makes", () => {
  const properties = { a: { "b.c": [{ d: 1 }], 'q"': "quoted" }, list: ["x", ["y"]] };
  expect(valueAt(properties, 'a["b.c"][0].d')).toBe(1);
  expect(valueAt(properties, 'a["q\\""]')).toBe("quoted");
  expect(valueAt(properties, "list[1][0]")).toBe("y");
  expect(valueAt(properties, "list[2]")).toBeUndefined();
  expect(valueAt(properties, "list[0].x.y")).toBeUndefined();
});
