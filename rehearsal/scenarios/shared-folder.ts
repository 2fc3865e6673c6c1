import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder that all test files of one run share; removed at its end. */
    sharedFolder: string;
  }
}

/** Vitest's global set-up: only a folder. What lies in it is built by the first test that needs it. */
export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-shared-"));
  provide("sharedFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
