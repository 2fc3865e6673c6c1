import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { loadStackFiles } from "./read.ts";
import { exampleStacks } from "./testing.ts";

const root = join(import.meta.dirname, "..");
const hosts = Object.keys(loadStackFiles(exampleStacks)).map((file) =>
  file.slice("Pulumi.".length, -".yaml".length),
);

/** Source files, without tests and what only tests use. */
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const passedOver = ["node_modules", "dist", "docs", "fixtures", "scenarios"].includes(entry.name);
      return passedOver || entry.name.startsWith(".") ? [] : sources(path);
    }
    return /\.(ts|mjs|cjs|js|html|conf|sh)$/.test(entry.name) && !entry.name.endsWith(".test.ts")
      ? [path]
      : [];
  });
}

test("no source file names a host: adding one is adding a stack file", () => {
  const word = new RegExp(`\\b(${hosts.join("|")})\\b`);
  const files = sources(root);
  expect(files.length).toBeGreaterThan(100);
  expect(
    files.filter((file) => word.test(readFileSync(file, "utf8"))).map((file) => relative(root, file)),
  ).toEqual([]);
});
