import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { endOnSignal } from "./cleanup.ts";
import { isRunning } from "./locks.ts";
import { probe } from "./version.ts";

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
 * cache sees a whole engine or none. One that runs is never taken away: it may be in use.
 * @param env the environment in which an engine that is there already is asked whether it runs.
 * @param make fills the given folder so that `bin/pulumi` is in it.
 * @returns the executable.
 */
export async function addToCache(
  folder: string,
  name: string,
  env: NodeJS.ProcessEnv,
  make: (temporary: string) => Promise<void>,
): Promise<string> {
  const target = join(folder, name);
  const command = join(target, "bin", executableName);
  if (existsSync(target)) {
    // Another process may have put it there since the caller looked.
    if ("version" in (await probe(command, env))) return command;
    rmSync(target, { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true });
  removeLeftovers(folder);
  const temporary = join(folder, `.making-${process.pid}-${randomBytes(4).toString("hex")}`);
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  const forget = endOnSignal({ end: async () => remove(), endNow: remove });
  try {
    mkdirSync(temporary);
    await make(temporary);
    moveUnlessThere(temporary, target);
    return command;
  } finally {
    remove();
    forget();
  }
}

/** A folder with something in it cannot be renamed over: what another process has put there meanwhile stays. */
function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/** What a killed process was making; a living one's is left alone. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^\.making-(\d+)-/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
