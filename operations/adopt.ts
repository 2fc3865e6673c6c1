import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { adoptionOf } from "./adopt/adopt-on.ts";
import { adoptionText } from "./adopt/text.ts";
import { readOptions, required, runCommand } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { apiAddresses } from "./inventory/addresses.ts";
import { realInventory } from "./inventory/connected.ts";
import { hubAddressOf } from "./stack/hub-address.ts";
import { openPlannedStack } from "./stack/planned-stack.ts";

const usage = "npm run adopt -- --stack S [--import-list FILE]";
const projectDir = resolve(import.meta.dirname, "..");

async function main(words: readonly string[]): Promise<ExitCode> {
  const options = readOptions(words, usage, { stack: { type: "string" }, "import-list": { type: "string" } });
  const name = required(options.stack, "--stack", usage);
  const { plan, stack, secrets } = await openPlannedStack(name, projectDir);
  try {
    const inventory = realInventory(plan, secrets, () => hubAddressOf(stack), apiAddresses(process.env));
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
