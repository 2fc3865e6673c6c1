/** Something did not answer: a machine that is switched off, a service that is down, no way through. Exit code 3. */
export class UnreachableError extends Error {
  override name = "UnreachableError";
  readonly exitCode = 3;
}

/** Something is there, but nobody gets in: a wrong key, no right, a missing program. A person must mend it. Exit code 1. */
export class RefusedError extends Error {
  override name = "RefusedError";
  readonly exitCode = 1;
}

/** An API answered, but not with what was asked for. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}
