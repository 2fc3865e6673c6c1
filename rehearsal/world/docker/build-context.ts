import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** One line of a .dockerignore as a test of a path relative to the context. */
function ignoreRule(line: string): { keeps: boolean; matches: (path: string) => boolean } {
  const keeps = line.startsWith("!");
  const pattern = line
    .replace(/^!/, "")
    .replace(/^\.?\//, "")
    .replace(/\/$/, "");
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**/", "\u0000")
    .replaceAll("**", ".*")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]")
    .replaceAll("\u0000", "(?:.*/)?");
  const expression = new RegExp(`^${source}(?:/.*)?$`);
  return { keeps, matches: (path) => expression.test(path) };
}

function ignored(context: string, dockerfile: string): (path: string) => boolean {
  const file = [`${dockerfile}.dockerignore`, join(context, ".dockerignore")].find((path) =>
    existsSync(path),
  );
  if (!file) return () => false;
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.trim());
  const rules = lines.filter((line) => line !== "" && !line.startsWith("#")).map(ignoreRule);
  return (path) => rules.reduce((skip, rule) => (rule.matches(path) ? !rule.keeps : skip), false);
}

function filesBelow(context: string, skip: (path: string) => boolean, folder = ""): string[] {
  const entries = readdirSync(join(context, folder), { withFileTypes: true });
  return (
    entries
      .map((entry) => ({ entry, path: folder === "" ? entry.name : `${folder}/${entry.name}` }))
      // A folder that is left out is not entered: `!` lines below it are rare and node_modules is large.
      .filter(({ path }) => !skip(path))
      .flatMap(({ entry, path }) => (entry.isDirectory() ? filesBelow(context, skip, path) : [path]))
      .sort()
  );
}

export interface BuildContext {
  /** SHA-256 over paths, modes and contents of what the daemon would be sent. */
  digest: string;
  dockerfile: string;
}

/** @returns why there is nothing to build, or the context's digest and the text of its Dockerfile. */
export function readContext(
  projectDir: string,
  context: string,
  dockerfile: string,
): BuildContext | { problem: string } {
  const folder = resolve(projectDir, context);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    return { problem: `the build context "${context}" is no folder of the project` };
  }
  const file = dockerfile === "" ? join(folder, "Dockerfile") : resolve(projectDir, dockerfile);
  if (!existsSync(file))
    return { problem: `unable to open Dockerfile "${dockerfile || `${context}/Dockerfile`}": no such file` };
  const hash = createHash("sha256");
  for (const path of filesBelow(folder, ignored(folder, file))) {
    const full = join(folder, path);
    hash.update(`${path}\n${(statSync(full).mode & 0o777).toString(8)}\n`).update(readFileSync(full));
  }
  const text = readFileSync(file, "utf8");
  return { digest: hash.update(text).digest("hex"), dockerfile: text };
}
