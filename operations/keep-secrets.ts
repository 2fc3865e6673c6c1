import { resolve } from "node:path";
import { readOptions, required, runCommand } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { keepSecrets, keptText, usage } from "./keep/keep-secrets.ts";
import { openPlannedStack } from "./stack/planned-stack.ts";

const projectDir = resolve(import.meta.dirname, "..");

async function main(words: readonly string[]): Promise<ExitCode> {
  const options = readOptions(words, usage, {
    stack: { type: "string" },
    secret: { type: "string", multiple: true },
  });
  const name = required(options.stack, "--stack", usage);
  const { plan, stack } = await openPlannedStack(name, projectDir);
  try {
    const names = options.secret ?? [];
    await keepSecrets(stack, plan, names);
    console.log(keptText(names, name));
    return exitCodes.fine;
  } finally {
    await stack.close();
  }
}

await runCommand(usage, main);
