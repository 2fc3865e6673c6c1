import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readOptions, required, runCommand } from "./command.ts";
import { driftOf, exitCodeOfDrift } from "./drift/drift-on.ts";
import type { DriftReport } from "./drift/finding.ts";
import { driftText } from "./drift/text.ts";
import type { ExitCode } from "./exit-codes.ts";
import { apiAddresses } from "./inventory/addresses.ts";
import { realInventory } from "./inventory/connected.ts";
import { hubAddressOf } from "./stack/hub-address.ts";
import { openPlannedStack } from "./stack/planned-stack.ts";

const usage = "npm run drift -- --stack S [--json FILE]";
const projectDir = resolve(import.meta.dirname, "..");

async function main(words: readonly string[]): Promise<ExitCode> {
  const options = readOptions(words, usage, { stack: { type: "string" }, json: { type: "string" } });
  const name = required(options.stack, "--stack", usage);
  const { plan, stack, secrets } = await openPlannedStack(name, projectDir);
  try {
    const report = await driftOf(stack, plan, {
      inventory: realInventory(plan, secrets, () => hubAddressOf(stack), apiAddresses(process.env)),
      now: new Date().toISOString(),
      previous: previousReport(options.json, name),
    });
    console.log(driftText(report));
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    return exitCodeOfDrift(report);
  } finally {
    await stack.close();
  }
}

/** The file of the run before tells since when a thing is known; one of another stack tells nothing. */
function previousReport(file: string | undefined, stack: string): DriftReport | undefined {
  if (file === undefined || !existsSync(file)) return undefined;
  const report = JSON.parse(readFileSync(file, "utf8")) as DriftReport;
  return report.stack === stack ? report : undefined;
}

await runCommand(usage, main);
