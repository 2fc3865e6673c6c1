import type { HealthCheck } from "./service.ts";
import type { Text } from "./text.ts";

interface Timing {
  readonly start?: string;
  readonly interval?: string;
  readonly timeout?: string;
}

/**
 * Health checks by the tool the image has. Durations are in Go's canonical form (`1m0s`, not `60s`), because
 * Docker answers with that form and any other one would be a difference at every refresh.
 */
export function checkWith(test: readonly Text[], timing: Timing = {}): HealthCheck {
  return {
    test: ["CMD", ...test],
    interval: timing.interval ?? "30s",
    timeout: timing.timeout ?? "5s",
    startPeriod: timing.start ?? "30s",
    retries: 3,
  };
}

/** BusyBox wget, as in the Alpine images. */
export const wget = (url: Text, timing?: Timing): HealthCheck =>
  checkWith(["wget", "-q", "-O", "/dev/null", url], timing);

export const curl = (url: Text, timing?: Timing): HealthCheck =>
  checkWith(["curl", "-fsS", "-o", "/dev/null", url], timing);
