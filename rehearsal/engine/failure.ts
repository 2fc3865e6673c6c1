import type { Operation } from "./operation.ts";

/** An operation of the engine failed. The message is what the engine's diagnostics say, without stack traces. */
export class EngineFailure extends Error {
  override name = "EngineFailure";
  /** The error messages, one per diagnostic, without the closing "update failed". */
  readonly messages: string[];
  /** What the operation did until it failed. */
  readonly operation: Operation;

  constructor(operation: Operation, cause: unknown) {
    const messages = errorMessages(operation);
    const head = `pulumi ${operation.kind} of stack "${operation.stack}" failed`;
    super(`${head}: ${messages.length > 0 ? messages.join("\n") : lastWords(operation, cause)}`);
    this.messages = messages;
    this.operation = operation;
  }
}

function errorMessages({ diagnostics }: Operation): string[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const messages = errors.map(({ message }) => withoutTrace(message));
  return [
    ...new Set(messages.filter((message) => !/^(update|preview|refresh|destroy) failed$/.test(message))),
  ];
}

/** What the program throws is reported twice, once with its class and stack. */
function withoutTrace(message: string): string {
  const lines = message.split("\n").filter((line) => !/^\s+at /.test(line));
  return lines
    .join("\n")
    .replace(/^error: /, "")
    .replace(/^Unhandled exception: (\w*Error: )?/, "")
    .trim();
}

/** Where the engine stopped before it made an event (a locked stack, a wrong passphrase), its `error:` lines tell. */
function lastWords({ stderr }: Operation, cause: unknown): string {
  const lines = stderr.split("\n").filter((line) => line.startsWith("error: "));
  if (lines.length > 0) return lines.map((line) => line.slice("error: ".length)).join("\n");
  const text = cause instanceof Error ? cause.message : String(cause);
  const signal = /Command was killed with (SIG\w+)/.exec(text)?.[1];
  return signal ? `the engine was ended by ${signal}` : stderr.trim() || text;
}
