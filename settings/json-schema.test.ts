import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { goodFiles } from "./fixtures/bad-cases.ts";
import { jsonSchemaPath, jsonSchemaText } from "./json-schema.ts";
import { loadStackFiles } from "./read.ts";
import { at } from "./yaml.ts";

const committed = readFileSync(jsonSchemaPath, "utf8");
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(committed));

const realFiles = loadStackFiles(join(import.meta.dirname, ".."));

describe("the JSON schema for editors", () => {
  it("is up to date (npm run schema writes it)", () => expect(committed).toBe(jsonSchemaText()));

  it.each(Object.keys(realFiles))("is named in the first line of %s, relative to the file", (file) => {
    const [first] = realFiles[file]?.split("\n") ?? [];
    expect(first).toBe("# yaml-language-server: $schema=settings/stack.schema.json");
  });

  const good = ["kitestacks", "two-hosts", "hub-only", "third-host", "adopted"].flatMap((name) =>
    Object.entries(goodFiles(name)),
  );

  it.each([...Object.entries(realFiles), ...good])("takes %s", (_file, text) => {
    expect(validate(parse(text)) ? [] : validate.errors).toEqual([]);
  });

  it.each([
    ["an unknown key", "swapMiB: 8192", "swapMB: 8192"],
    ["a unit", "ramMiB: 16384", "ramMiB: 16GB"],
    ["a member without an address", "    tailnetAddress: 100.64.0.1\n", ""],
    ["a setting of all hosts in a member's file", "config:", "config:\n  kitestacks:services: {}"],
    ["another namespace", "config:", "config:\n  docker:host: ssh://root@5.78.10.20"],
    ["Docker at an address of its own", "ssh://me@tailnet", "ssh://me@192.168.1.20"],
  ])("refuses %s", (_what, from, to) => {
    const text = goodFiles("two-hosts")["Pulumi.home.yaml"] ?? "";
    expect(text).toContain(from);
    expect(validate(parse(text.replace(from, to)))).toBe(false);
  });

  it("refuses a secret in plain text", () => {
    const text = goodFiles("two-hosts")["Pulumi.cloud.yaml"] ?? "";
    expect(validate(parse(text.replace("{ secure: v1:bm9uY2U0:Y2lwaGVy }", "sk-or-v1-abc")))).toBe(false);
  });

  it("explains every key to the person who edits", () => {
    const undescribed: string[] = [];
    collectUndescribed(JSON.parse(committed), "", undescribed);
    expect(undescribed).toEqual([]);
  });
});

/** Properties without a description, except those that are a fixed word (`mode: none`) and Pulumi's own. */
function collectUndescribed(node: unknown, path: string, found: string[]): void {
  if (typeof node !== "object" || node === null) return;
  for (const [name, property] of Object.entries(at(node, "properties") ?? {})) {
    const isFixed =
      at(property, "const") !== undefined || /^(encrypt|secretsprovider|environment|secure)/.test(name);
    if (!isFixed && at(property, "description") === undefined) found.push(`${path}.${name}`);
  }
  for (const [key, child] of Object.entries(node)) collectUndescribed(child, `${path}.${key}`, found);
}
