/** Exit codes, the same for every command. */
export const exitCodes = {
  fine: 0,
  toolFailed: 1,
  finding: 2,
  unreachable: 3,
  dataAtRisk: 4,
  badSettings: 64,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const worstFirst: readonly ExitCode[] = [64, 1, 4, 3, 2, 0];

/** With several reasons to end, the one that has to be dealt with first. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return worstFirst.find((code) => codes.includes(code)) ?? exitCodes.fine;
}

/** Errors of bad usage, settings or a missing engine carry their code; anything else is a failure of the tool. */
export function exitCodeOf(error: unknown): ExitCode {
  const own = error instanceof Error && "exitCode" in error ? error.exitCode : undefined;
  return worstFirst.find((code) => code === own) ?? exitCodes.toolFailed;
}
