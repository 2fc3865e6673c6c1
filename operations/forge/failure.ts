/** A job has 10 minutes; longer than this it does not wait for a limit to be lifted. */
const LONGEST_WAIT_S = 300;

/** The forge refused, or did not answer. Exit code 1, as for everything that is no finding. */
export class ForgeError extends Error {
  override name = "ForgeError";
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** Seconds that the forge wants to be left alone for at least; undefined where another try is of no use. */
  readonly wait: number | undefined;

  constructor(message: string, status?: number, wait?: number) {
    super(message);
    this.status = status;
    this.wait = wait;
  }

  /** Whether what was asked for may have been done all the same: something on the way answered, or nothing did. */
  get isUncertain(): boolean {
    return this.status === undefined || this.status >= 500;
  }
}

/** @param call as in `GET /user` @param said the body of the answer */
export function refusal(call: string, response: Response, said: string): ForgeError {
  const wait = waitFor(response);
  const isTooLong = wait !== undefined && wait > LONGEST_WAIT_S;
  const reason = isTooLong
    ? `${response.status}, the rate limit is lifted only in ${wait} s`
    : remedyFor(call, response.status);
  return new ForgeError(
    `${call}: ${reason} (${said.slice(0, 500)})`,
    response.status,
    isTooLong ? undefined : wait,
  );
}

/** Nobody answered, or not to the end. fetch itself says only "fetch failed", and the reason in the cause. */
export function noAnswer(call: string, origin: string, error: unknown): ForgeError {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const words = reason instanceof Error && reason.message !== "" ? reason.message : String(reason);
  return new ForgeError(`${call}: no answer from ${origin} (${words})`, undefined, 0);
}

/** GitHub answers 403 as well as 429 to too many calls. */
function waitFor({ status, headers }: Response): number | undefined {
  const after = headers.get("retry-after");
  if (after !== null && (status === 403 || status === 429 || status >= 500)) return Number(after) || 0;
  if ((status === 403 || status === 429) && headers.get("x-ratelimit-remaining") === "0") {
    const reset = Number(headers.get("x-ratelimit-reset"));
    return Math.max(1, Math.ceil(reset - Date.now() / 1000));
  }
  return status === 429 || status >= 500 ? 0 : undefined;
}

function remedyFor(call: string, status: number): string {
  const remedies: Readonly<Record<number, string>> = {
    401: "401, the token is wrong or expired",
    403: call.endsWith("/user")
      ? "403, the token may not tell whose it is; it needs the scope read:user (docs/ci.md)"
      : "403, the token may not do this; it needs write access to issues and pull requests (docs/ci.md)",
    404: "404, there is no such repository, issue or comment, or the token does not see it",
  };
  return remedies[status] ?? String(status);
}
