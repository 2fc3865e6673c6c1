import { UpstreamError } from "./upstream-error.ts";

/** An answer of another service, and how old it is. `stale`: the service was asked again and did not answer. */
export type Kept<T> = { value: T; ageSeconds: number; stale: boolean; failure: UpstreamError | undefined };

/** There is no answer, not even an old one. */
export type Missing = { value: undefined; failure: UpstreamError };

export type LastGoodOptions<T> = {
  load: () => Promise<T>;
  /** How long an answer serves without asking again. */
  freshMs: number;
  /** How long a service that failed is left alone; it may ask for longer with Retry-After. */
  retryMs: number;
  /**
   * Whether a reader waits for a service that failed last time. If not, the reader gets what is known at once and
   * the new attempt serves the next reader: a dead machine then delays nobody.
   */
  waitAfterFailure: boolean;
  /** Called after every attempt, with what went wrong or undefined. */
  onOutcome: (failure: UpstreamError | undefined) => void;
  /** Wall clock in milliseconds: it goes on while a laptop sleeps, which the monotonic clock does not. */
  now?: () => number;
};

/** The longest that Retry-After is honoured. */
const longestRetryMs = 600_000;

/**
 * Keeps the last good answer of another service. Asks only when somebody reads, and once for all who read at the
 * same time. Never rejects.
 */
export function keepLastGood<T>(options: LastGoodOptions<T>): () => Promise<Kept<T> | Missing> {
  const { load, freshMs, retryMs, waitAfterFailure, onOutcome, now = Date.now } = options;
  let good: { value: T; at: number } | undefined;
  let failed: { error: UpstreamError; until: number } | undefined;
  let loading: Promise<void> | undefined;

  const attempt = async () => {
    try {
      good = { value: await load(), at: now() };
      failed = undefined;
      onOutcome(undefined);
    } catch (thrown) {
      const error =
        thrown instanceof UpstreamError ? thrown : new UpstreamError("sent an answer that makes no sense");
      const pauseMs = Math.max(retryMs, Math.min(error.retryAfterMs ?? 0, longestRetryMs));
      failed = { error, until: now() + pauseMs };
      onOutcome(error);
    }
  };

  // A clock that was set back makes an age negative; such an answer counts as old.
  const isFresh = () => good !== undefined && now() >= good.at && now() - good.at < freshMs;
  const isResting = () =>
    failed !== undefined && now() < failed.until && failed.until - now() <= longestRetryMs;

  const known = (): Kept<T> | Missing => {
    if (good === undefined)
      return { value: undefined, failure: failed?.error ?? new UpstreamError("was not asked yet") };
    const ageSeconds = Math.max(0, Math.round((now() - good.at) / 1000));
    return { value: good.value, ageSeconds, stale: failed !== undefined, failure: failed?.error };
  };

  return async () => {
    if (isFresh() || isResting()) return known();
    loading ??= attempt().finally(() => {
      loading = undefined;
    });
    if (waitAfterFailure || failed === undefined) await loading;
    return known();
  };
}
