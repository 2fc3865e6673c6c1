/** Why another service gave no good answer. The message is plain words that a visitor may read. */
export class UpstreamError extends Error {
  /** The HTTP status, where one came. */
  readonly status: number | undefined;
  /** How long the service asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status?: number, retryAfterMs?: number) {
    super(message);
    this.name = "UpstreamError";
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
