// Runs before `npm start` and `npm test`, under whatever Node the machine has, so plain JavaScript
// without dependencies: a fresh clone has no node_modules yet, and they bring Node 24 along.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = [".", "metrics-api"];

for (const folder of packages.map((name) => join(root, name))) {
  if (isInstalled(folder)) continue;
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
}

/**
 * Whether node_modules holds what the lock file names. npm writes what it installed into a lock file of its own,
 * when everything is there; of another platform's optional packages it installs none.
 */
function isInstalled(folder) {
  const installed = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const there = packagesOf(installed);
  const wanted = Object.entries(packagesOf(join(folder, "package-lock.json"))).filter(
    ([path]) => path !== "",
  );
  const isRight = ([path, { version, optional, devOptional }]) =>
    path in there ? there[path].version === version : optional === true || devOptional === true;
  return wanted.every(isRight);
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}
