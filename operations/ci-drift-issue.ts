import { readFileSync } from "node:fs";
import { readOptions, required, runCommand } from "./command.ts";
import type { DriftReport } from "./drift/finding.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { forgeFromEnvironment } from "./forge/from-environment.ts";
import { keepDriftIssue } from "./forge/issue.ts";

const usage = "npm run ci:drift-issue -- --json FILE";

/** Opens, updates or closes the issue about a stack's drift, from what `npm run drift -- --json FILE` wrote. */
async function main(words: readonly string[]): Promise<ExitCode> {
  const options = readOptions(words, usage, { json: { type: "string" } });
  const report = JSON.parse(readFileSync(required(options.json, "--json", usage), "utf8")) as DriftReport;
  const done = await keepDriftIssue(forgeFromEnvironment(process.env), report);
  console.log(`Issue about the drift of ${report.stack}: ${done}.`);
  return exitCodes.fine;
}

await runCommand(usage, main);
