import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inject } from "vitest";

/** How often a test file looks whether the other one is done building. */
const LOOK_MS = 100;

/**
 * A folder that the test files of one run share, built by the first that asks for it; the others wait. Where building
 * failed, all of them fail with the same words.
 */
export async function builtOnce(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(inject("sharedFolder"), name);
  const failure = `${folder}.failure`;
  if (mayBuild(`${folder}.begun`)) {
    try {
      await build(`${folder}.unfinished`);
      renameSync(`${folder}.unfinished`, folder);
    } catch (error) {
      writeFileSync(failure, error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }
  while (!existsSync(folder)) {
    if (existsSync(failure)) throw new Error(`${name} could not be built: ${readFileSync(failure, "utf8")}`);
    await setTimeout(LOOK_MS);
  }
  return folder;
}

/** Making a folder is the one thing that only one process succeeds in. */
function mayBuild(mark: string): boolean {
  try {
    mkdirSync(mark);
    return true;
  } catch {
    return false;
  }
}
