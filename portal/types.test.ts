import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const tsc = join(import.meta.dirname, "..", "node_modules", "typescript", "bin", "tsc");

// The worker has other globals than the page, so it is a program of its own.
test.each(["tsconfig.json", "tsconfig.worker.json"])(
  "the scripts of %s are well typed",
  async (program) => {
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, [tsc, "-p", join(import.meta.dirname, program)], (_error, stdout) => {
        resolve(stdout);
      });
    });
    expect(said).toBe("");
  },
  120_000,
);
