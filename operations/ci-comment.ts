import { readFileSync } from "node:fs";
import { readOptions, required, runCommand, usageError } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { putComment } from "./forge/comment.ts";
import { forgeFromEnvironment } from "./forge/from-environment.ts";

const usage = "npm run ci:comment -- --stack S --pull-request N --file FILE";

/** Puts a report under its pull request. */
async function main(words: readonly string[]): Promise<ExitCode> {
  const options = readOptions(words, usage, {
    stack: { type: "string" },
    "pull-request": { type: "string" },
    file: { type: "string" },
  });
  const stack = required(options.stack, "--stack", usage);
  const number = Number(required(options["pull-request"], "--pull-request", usage));
  if (!Number.isInteger(number) || number < 1)
    throw usageError(`--pull-request is "${options["pull-request"]}", which is no number`, usage);
  const text = readFileSync(required(options.file, "--file", usage), "utf8");
  const done = await putComment(forgeFromEnvironment(process.env), number, `report on ${stack}`, text);
  console.log(`The report on ${stack} was ${done}.`);
  return exitCodes.fine;
}

await runCommand(usage, main);
