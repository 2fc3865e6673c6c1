import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, onTestFinished, test } from "vitest";
import { findEngine } from "./find.ts";
import type { FoundEngine } from "./found.ts";
import { NoEngineError } from "./no-engine.ts";

const found = await findEngine({ mayInstall: false }).catch((error: unknown) => {
  if (error instanceof NoEngineError) return error;
  throw error;
});

/** The longest scenario takes half a minute on a machine at rest; this is for one that is not. */
const TIMEOUT_MS = 300_000;

/**
 * Tests that need the real engine. Where none is at hand they are skipped by name with the remedy (a test run does
 * not build one: that takes minutes; `npm start` does), or, with KITESTACKS_REQUIRE_TOOLS=1, fail.
 */
export function describeWithEngine(name: string, body: (engine: FoundEngine) => void): void {
  if (!(found instanceof NoEngineError)) {
    describe(name, { timeout: TIMEOUT_MS }, () => body(found));
  } else if (process.env["KITESTACKS_REQUIRE_TOOLS"] === "1") {
    test(name, () => {
      throw found;
    });
  } else {
    // One skipped test for all of them: without an engine the body cannot even be read.
    test.skip(`${name} (no Pulumi engine here: "npm start" finds or builds one)`);
  }
}

/**
 * A folder for the PATH with the language host that the engine asks for under the name of the runtime: a release of
 * Pulumi brings its own, which no package has.
 */
export function languageHostFolder(home: string): string {
  const bin = join(home, "host");
  mkdirSync(bin);
  const script = join(import.meta.dirname, "fixtures", "language-host.ts");
  const command = join(bin, "pulumi-language-nodejs");
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  chmodSync(command, 0o755);
  return bin;
}

/** A folder with a Pulumi.yaml and these files, removed when the running test ends. */
export function temporaryProject(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const project = "name: kitestacks\nruntime: nodejs\nmain: index.ts\n";
  for (const [name, text] of Object.entries({ "Pulumi.yaml": project, ...files })) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
