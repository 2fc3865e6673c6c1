import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "../rehearsal/arguments.ts";
import { type ExitCode, exitCodeOf } from "./exit-codes.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * The values of a command's options. Without `--stack` there is nothing to do.
 * @throws UsageError naming what was not understood and the whole usage.
 */
export function readOptions<const T extends Options>(words: readonly string[], usage: string, options: T) {
  try {
    const { values } = parseArgs({ args: [...words], options });
    return values;
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error), usage);
  }
}

/** @throws UsageError when the option was left out. */
export function required(value: string | undefined, option: string, usage: string): string {
  if (value === undefined || value === "") throw usageError(`${option} is missing`, usage);
  return value;
}

export function usageError(wrong: string, usage: string): UsageError {
  return new UsageError(`${wrong}\nUsage: ${usage}`);
}

/** Runs a command for this process: its result is the exit code; an error is one message without a stack trace. */
export async function runCommand(
  usage: string,
  main: (words: readonly string[]) => Promise<ExitCode>,
): Promise<void> {
  const words = process.argv.slice(2);
  if (words.includes("--help") || words.includes("-h")) {
    console.log(`Usage: ${usage}`);
    return;
  }
  try {
    process.exitCode = await main(words);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = exitCodeOf(error);
  }
}
