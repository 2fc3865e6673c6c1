import { parseArgs } from "node:util";

export type BenchOptions = {
  /** How often the services take turns. */
  rounds: number;
  /** Seconds of load per turn. */
  seconds: number;
  /** Seconds over which the idle CPU is counted. */
  idle: number;
  /** Compares V8's options instead of the services. */
  v8: boolean;
};

/** The command line is wrong; the message says what. */
export class UsageError extends Error {}

/** Reads the command line. Throws `UsageError` for an unknown option or a number that is none. */
export function readOptions(words: string[]): BenchOptions {
  const { rounds, seconds, idle, v8 } = parse(words);
  return {
    rounds: wholeNumber("rounds", rounds),
    seconds: wholeNumber("seconds", seconds),
    idle: wholeNumber("idle", idle),
    v8,
  };
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rounds: { type: "string", default: "3" },
        seconds: { type: "string", default: "10" },
        idle: { type: "string", default: "60" },
        v8: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new UsageError(`--${name} ${text} is no whole number from 1 to 9999`);
  return Number(text);
}
