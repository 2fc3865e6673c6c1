import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { cachedEngines, defaultCacheFolder, executableName } from "./cache.ts";
import type { FoundEngine } from "./found.ts";
import { fromGo } from "./from-go.ts";
import { fromNpm } from "./from-npm.ts";
import { type Attempts, NoEngineError } from "./no-engine.ts";
import { numbers, probe } from "./version.ts";

export interface FindOptions {
  /** Where `pulumi`, `npm` and `go` are looked for; default: this process's PATH. */
  path?: string;
  /** Default: `kitestacks/engine` in the user's cache folder. */
  cacheFolder?: string;
  /** `false`: only what is there already, no download and no build. Default `true`. */
  mayInstall?: boolean;
  /** What is being done, for what takes long: a new text replaces the one before. */
  progress?: (text: string) => void;
}

/**
 * The Pulumi engine to use: `pulumi` on PATH, a cached one, the official release through npm, or one built with Go;
 * the first that is recent enough.
 * @throws NoEngineError naming every remedy and what was tried.
 */
export async function findEngine(options: FindOptions = {}): Promise<FoundEngine> {
  const { mayInstall = true, progress = () => undefined } = options;
  const path = options.path ?? process.env["PATH"] ?? "";
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
  const env = { ...process.env, PATH: path };
  const notTried = ["not tried: only engines that are already here were asked for"];
  const attempts: Attempts = { cacheFolder, path: [], cache: [], npm: notTried, go: notTried };

  const onPath = await firstUsable(commandsOn(path), env, attempts.path);
  if (onPath) return { ...onPath, source: "path" };
  const cached = await firstUsable(newestFirst(cachedEngines(cacheFolder)), env, attempts.cache);
  if (cached) return { ...cached, source: "cache" };
  if (!mayInstall) throw new NoEngineError(attempts);

  for (const [source, install] of [
    ["npm", fromNpm],
    ["go", fromGo],
  ] as const) {
    const problems: string[] = [];
    attempts[source] = problems;
    const command = await install(cacheFolder, env, progress).catch((error: unknown) => {
      problems.push(error instanceof Error ? error.message : String(error));
    });
    const engine = command && (await firstUsable([command], env, problems));
    if (engine) return { ...engine, source };
  }
  throw new NoEngineError(attempts);
}

/** Every `pulumi` along the PATH: an old one must not hide a newer one behind it. */
function commandsOn(path: string): string[] {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const commands = folders.map((folder) => resolve(join(folder, executableName)));
  return [...new Set(commands)].filter((command) => existsSync(command));
}

/** By the version in the folder's name ("go-3.259.0"). */
function newestFirst(commands: string[]): string[] {
  const version = (command: string) =>
    numbers(/-(\d+\.\d+\.\d+)/.exec(command.split("/").at(-3) ?? "")?.[1] ?? "0");
  return commands.sort((a, b) => {
    const [one, other] = [version(b), version(a)];
    return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
  });
}

async function firstUsable(commands: string[], env: NodeJS.ProcessEnv, problems: string[]) {
  for (const command of commands) {
    const result = await probe(command, env);
    if ("version" in result) return { command, version: result.version };
    problems.push(result.problem);
  }
  return undefined;
}
