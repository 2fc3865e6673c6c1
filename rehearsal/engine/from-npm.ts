import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { addToCache } from "./cache.ts";
import { run } from "./run.ts";

/** The newest version of the npm package, which downloads the official release of the same number. */
export const NPM_VERSION = "3.265.0";

const INSTALL_TIMEOUT_MS = 60_000;
/** A release is about 100 MB. An unreachable server fails within 10 s by itself. */
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** @throws Error with the reason in one line. */
export async function fromNpm(
  cacheFolder: string,
  env: NodeJS.ProcessEnv,
  progress: (text: string) => void,
): Promise<string> {
  return await addToCache(cacheFolder, `npm-${NPM_VERSION}`, env, async (folder) => {
    const workshop = join(folder, "npm");
    progress(`downloading the Pulumi engine ${NPM_VERSION} through npm`);
    const flags = [
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--fetch-retries=0",
      "--fetch-timeout=20000",
    ];
    const install = ["install", "--prefix", workshop, ...flags, `pulumi@${NPM_VERSION}`];
    const installed = await run("npm", install, { env, timeout: INSTALL_TIMEOUT_MS });
    if (!installed.ok) throw new Error(`npm install pulumi@${NPM_VERSION}: ${installed.reason}`);

    // The package's own cache is PULUMI_HOME, here a folder that goes away with the workshop.
    const home = join(workshop, "home");
    const wrapper = join(workshop, "node_modules", "pulumi", "run.js");
    const downloaded = await run(process.execPath, [wrapper, "version"], {
      env: { ...env, PULUMI_HOME: home, PULUMI_VERSION: NPM_VERSION, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: DOWNLOAD_TIMEOUT_MS,
    });
    if (!downloaded.ok) throw new Error(`the npm package pulumi@${NPM_VERSION}: ${downloaded.reason}`);
    renameSync(join(home, "versions", NPM_VERSION, "bin"), join(folder, "bin"));
    rmSync(workshop, { recursive: true, force: true });
  });
}
