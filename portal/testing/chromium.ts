import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const modules = join(import.meta.dirname, "..", "..", "node_modules");
const cache = join(modules, ".cache");

export type Chromium = { executablePath: string; libraries?: string };

/** An own browser, for machines that the packed one (Linux on x64) does not run on. */
const own = process.env["KITESTACKS_CHROMIUM"];

/**
 * Whether tests that need a browser are left out. With KITESTACKS_REQUIRE_TOOLS=1 they never are: they then fail at
 * its start, so that a continuous check cannot pass for lack of a tool.
 */
export const withoutBrowser =
  own === undefined &&
  (process.platform !== "linux" || process.arch !== "x64") &&
  process.env["KITESTACKS_REQUIRE_TOOLS"] !== "1";

/** Belongs into the name of every test that `withoutBrowser` leaves out. */
export const browserRemedy = withoutBrowser
  ? " (skipped: no browser for this machine in the npm registry; set KITESTACKS_CHROMIUM to a Chrome or Chromium)"
  : "";

/**
 * The browser out of the npm registry, unpacked once for this checkout. Test files run side by side: each would unpack
 * for itself, and the package takes a half-written file of another for a finished one. So it is unpacked aside and
 * moved into its place in one step; who comes second throws its own away.
 */
export async function findChromium(): Promise<Chromium> {
  if (own !== undefined) return { executablePath: own };
  const folder = join(cache, `chromium-${version()}`);
  if (!existsSync(folder)) await unpack(folder);
  return { executablePath: join(folder, "chromium"), libraries: join(folder, "al2023", "lib") };
}

function version(): string {
  const text = readFileSync(join(modules, "@sparticuz", "chromium", "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

async function unpack(folder: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const aside = mkdtempSync(join(cache, "chromium-unpacking-"));
  try {
    const program = fileURLToPath(import.meta.resolve("./unpack-browser.ts"));
    await promisify(execFile)(process.execPath, [program], { env: { ...process.env, TMPDIR: aside } });
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
