import { describe, expect, test } from "vitest";
import { BlueprintTag, inEnvironment, readBlueprint } from "./read-blueprint.ts";

const blueprint = (entry: string) => `version: 1\nmetadata: {name: one}\nentries:\n  - ${entry}\n`;

describe("a blueprint", () => {
  test("is read with its tags, nested ones too", () => {
    const { entries } = readBlueprint(
      blueprint(
        "{model: a.b, identifiers: {x: !Format [ak-%s, !Find [m, [name, n]]]}, attrs: {key: !Env K}}",
      ),
    );
    expect(entries[0]).toMatchObject({
      state: "present",
      identifiers: {
        x: new BlueprintTag("!Format", ["ak-%s", new BlueprintTag("!Find", ["m", ["name", "n"]])]),
      },
      attrs: { key: new BlueprintTag("!Env", ["K"]) },
    });
  });

  test.each([
    ["a tag that Authentik does not know", blueprint("{model: a.b, attrs: {key: !Secret K}}"), "!Secret"],
    ["a misspelled part of an entry", blueprint("{model: a.b, atrs: {}}"), "atrs"],
    ["another version", "version: 2\nmetadata: {name: one}\nentries: []\n", "version"],
    ["no YAML", "version: [1", "Flow sequence"],
  ])("is refused with %s", (_, text, part) => {
    expect(() => readBlueprint(text)).toThrow(part);
  });
});

test("a value is itself, or what the environment holds; every other tag has none", () => {
  const environment = { K: "value" };
  expect(inEnvironment("plain", environment)).toBe("plain");
  expect(inEnvironment(new BlueprintTag("!Env", ["K"]), environment)).toBe("value");
  expect(inEnvironment(new BlueprintTag("!Env", ["OTHER"]), environment)).toBeUndefined();
  expect(inEnvironment(new BlueprintTag("!File", ["/run/secret"]), environment)).toBeUndefined();
});
