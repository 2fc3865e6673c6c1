import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { endOnSignal } from "./cleanup.ts";
import { isRunning } from "./locks.ts";

export const executableName = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** `<user's cache folder>/kitestacks/engine`; in it one folder per engine, each with `bin/pulumi`. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env["XDG_CACHE_HOME"] || env["LOCALAPPDATA"] || join(homedir(), ".cache");
  return join(base, "kitestacks", "engine");
}

/** The engines in the cache: absolute paths of their executables. */
export function cachedEngines(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return names
    .map((name) => join(folder, name, "bin", executableName))
    .filter((command) => existsSync(command));
}

/**
 * Makes an engine in a folder of its own beside the others and renames it when it is complete: who looks into the
 * cache sees a whole engine or none, and of two who make the same one the later wins.
 * @param make fills the given folder so that `bin/pulumi` is in it.
 * @returns the executable.
 */
export async function addToCache(
  folder: string,
  name: string,
  make: (temporary: string) => Promise<void>,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  removeLeftovers(folder);
  const temporary = join(folder, `.making-${process.pid}-${randomBytes(4).toString("hex")}`);
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  const forget = endOnSignal({ end: async () => remove(), endNow: remove });
  const target = join(folder, name);
  try {
    // Whatever stands there now was tried before and did not run. What another one puts there while we make ours is
    // whole, and perhaps in use already: taking it away under that one's feet made it fail.
    rmSync(target, { recursive: true, force: true });
    mkdirSync(temporary);
    await make(temporary);
    if (!existsSync(target)) renameSync(temporary, target);
    return join(target, "bin", executableName);
  } finally {
    remove();
    forget();
  }
}

/** What a killed process was making; a living one's is left alone. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^\.making-(\d+)-/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
