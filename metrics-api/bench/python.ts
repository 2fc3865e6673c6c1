import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const requirements = fileURLToPath(new URL("fastapi/requirements.txt", import.meta.url));

/**
 * Returns the Python of a virtual environment with what the FastAPI services need, made from PyPI once and kept in
 * the user's cache folder. Throws with the remedy when there is no Python or no PyPI.
 */
export function preparePython(): string {
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "kitestacks", `bench-python-${wanted}`);
  const python = join(folder, "bin", "python");
  const done = join(folder, "installed");
  if (existsSync(done)) return python;
  console.error(`Installing FastAPI, uvicorn and psutil into ${folder} …`);
  rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync("python3", ["-m", "venv", folder], { stdio: ["ignore", "ignore", "inherit"] });
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    execFileSync(python, install, { stdio: ["ignore", "ignore", "inherit"] });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The services to compare with need Python 3 with venv, and PyPI; install python3-venv. (${reason})`,
    );
  }
  writeFileSync(done, wanted);
  return python;
}
