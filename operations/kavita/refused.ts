/** The copy would lose or damage data; nothing was replaced, or it was put back. */
export class DataAtRiskError extends Error {
  readonly exitCode = 4;
}

/** A command on a host failed. */
export class HostError extends Error {
  readonly exitCode = 1;
}
