import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { catalogue } from "../catalogue/catalogue.ts";
import { readCast } from "../rehearsal/cast.ts";
import { readOptions, runCommand } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { differingOverrides, lockedImages, withImages } from "./images/lock.ts";

const usage = "npm run images:lock";
const projectDir = resolve(import.meta.dirname, "..");

/** Writes the digest of every image tag into the hub's stack file. */
async function main(words: readonly string[]): Promise<ExitCode> {
  readOptions(words, usage, {});
  // The settings without the secrets, which nobody needs for this.
  const { plan } = readCast(projectDir);
  const images = await lockedImages(plan.settings, catalogue, (registry) => `https://${registry}`);
  const file = join(projectDir, `Pulumi.${plan.hub.name}.yaml`);
  writeFileSync(file, withImages(readFileSync(file, "utf8"), images));
  for (const line of differingOverrides(plan.settings, catalogue)) console.log(line);
  console.log(
    `${Object.keys(images).length} images are pinned in Pulumi.${plan.hub.name}.yaml; look at the change with git diff.`,
  );
  return exitCodes.fine;
}

await runCommand(usage, main);
