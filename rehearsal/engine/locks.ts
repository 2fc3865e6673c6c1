import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const lockContent = z.object({ pid: z.number().int().positive() });

interface Lock {
  file: string;
  pid: number;
}

/**
 * The local backend's locks of a stack. An engine writes one file with its process id before `up`, `refresh` and
 * `destroy` (not before a preview) and deletes it at the end; one that is killed leaves it behind, and every later
 * operation then fails with "the stack is currently locked by 1 lock(s)".
 */
export function locksOf(stateFolder: string, project: string, stack: string): Lock[] {
  const folder = join(stateFolder, ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    const pid = lockedBy(file);
    return pid === undefined ? [] : [{ file, pid }];
  });
}

/** Removes the locks of engines that no longer run and returns their process ids. */
export function removeDeadLocks(stateFolder: string, project: string, stack: string): number[] {
  const dead = locksOf(stateFolder, project, stack).filter(({ pid }) => !isRunning(pid));
  for (const { file } of dead) rmSync(file, { force: true });
  return dead.map(({ pid }) => pid);
}

/** `undefined` for a file that is gone or not written completely yet. */
function lockedBy(file: string): number | undefined {
  try {
    return lockContent.parse(JSON.parse(readFileSync(file, "utf8"))).pid;
  } catch {
    return undefined;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
