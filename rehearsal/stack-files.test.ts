import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { prepareStackFiles } from "./stack-files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kitestacks-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (host: string, text: string) => writeFileSync(join(folder, `Pulumi.${host}.yaml`), text);
const read = (host: string) => readFileSync(join(folder, `Pulumi.${host}.yaml`), "utf8");

describe("stack files for a rehearsal", () => {
  test("lose salt and encrypted values, and keep everything else", () => {
    write(
      "hub",
      "encryptionsalt: v1:abc\n# kept\nconfig:\n  kitestacks:hcloudToken:\n    secure: v1:xyz\n  kitestacks:host:\n    role: hub # too\n",
    );
    prepareStackFiles(folder, undefined);
    expect(read("hub")).toBe("# kept\nconfig:\n  kitestacks:host:\n    role: hub # too\n");
  });

  test("that are no YAML stay as they are, for the settings to refuse", () => {
    write("hub", "config: [");
    prepareStackFiles(folder, undefined);
    expect(read("hub")).toBe("config: [");
  });

  test("of hosts that take no part are left out, those of new hosts made up", () => {
    write("hub", "config: {}\n");
    write("home", "config: {}\n");
    prepareStackFiles(folder, ["hub", "attic", "cellar"]);
    expect(readdirSync(folder).sort()).toEqual([
      "Pulumi.attic.yaml",
      "Pulumi.cellar.yaml",
      "Pulumi.hub.yaml",
    ]);
    expect(read("attic")).toContain("role: member");
    expect(read("attic")).not.toBe(read("cellar"));
  });
});
