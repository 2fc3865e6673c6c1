// Runs before `npm start` and `npm test`, under whatever Node the machine has, so plain JavaScript
// without dependencies: a fresh clone has no node_modules yet, and they bring Node 24 along.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = [".", "metrics-api"];

for (const folder of packages.map((name) => join(root, name))) {
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  // npm's own copy of the lock file has another form, so we keep ours beside it.
  const stamp = join(folder, "node_modules", ".installed-lock.json");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) continue;
  console.error(
    `Installing the packages of ${folder === root ? "the project" : folder.slice(root.length + 1)} (npm ci) …`,
  );
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (result.status !== 0) {
    console.error(`npm ci failed in ${folder} (exit ${result.status}). Is the npm registry reachable?`);
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
