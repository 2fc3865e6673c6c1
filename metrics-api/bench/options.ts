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

/** Reads the command line. Throws for an unknown option or a number that is none. */
export function readOptions(words: string[]): BenchOptions {
  const { values } = parseArgs({
    args: words,
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "10" },
      idle: { type: "string", default: "60" },
      v8: { type: "boolean", default: false },
    },
  });
  return {
    rounds: wholeNumber("rounds", values.rounds),
    seconds: wholeNumber("seconds", values.seconds),
    idle: wholeNumber("idle", values.idle),
    v8: values.v8,
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`--${name} ${text} is no whole number from 1 to 9999`);
  return Number(text);
}
