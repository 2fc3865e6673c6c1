/** The copy would lose or damage data; the message says what became of the target's own database. */
export class DataAtRiskError extends Error {
  readonly exitCode = 4;
}

/** A command on a host failed. */
export class HostError extends Error {
  readonly exitCode = 1;
}
