import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { catalogue } from "../catalogue/catalogue.ts";
import { makePlan } from "../plan/make-plan.ts";
import { loadStackFiles, readSettings } from "../settings/read.ts";
import { adoptionOf } from "./adopt/adopt-on.ts";
import { adoptionText } from "./adopt/text.ts";
import { readOptions, required, runCommand } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { realInventory } from "./inventory/connected.ts";
import { hubAddressOf, openRealStack } from "./stack/real-stack.ts";

const usage = "npm run adopt -- --stack S [--import-list FILE]";
const projectDir = resolve(import.meta.dirname, "..");

async function main(words: readonly string[]): Promise<ExitCode> {
  const options = readOptions(words, usage, { stack: { type: "string" }, "import-list": { type: "string" } });
  const name = required(options.stack, "--stack", usage);
  const plan = makePlan(readSettings({ files: loadStackFiles(projectDir), stack: name }), catalogue);
  const stack = await openRealStack(name, projectDir);
  try {
    const inventory = realInventory(plan, await stack.secrets(), () => hubAddressOf(stack));
    const adoption = await adoptionOf(stack, plan, inventory);
    const list = JSON.stringify(adoption.importList, null, 2);
    console.log(adoptionText(adoption));
    if (options["import-list"] === undefined) console.log(list);
    else writeFileSync(options["import-list"], `${list}\n`);
    return adoption.unreachable.length > 0 ? exitCodes.unreachable : exitCodes.fine;
  } finally {
    await stack.close();
  }
}

await runCommand(usage, main);
