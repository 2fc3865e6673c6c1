import type { Logger } from "pino";
import type { Configuration } from "../configuration/configuration.ts";
import type { HostReport } from "../types.ts";
import { type Collected, collectActivity } from "./activity.ts";
import { type Kept, keepLastGood, type Missing } from "./last-good.ts";
import { createPeerReporter } from "./peers.ts";
import type { UpstreamError } from "./upstream-error.ts";
import { loadWeather, type Observation } from "./weather.ts";

/** Everything that is asked of other machines. Loaded with the first such question, to keep an idle service small. */
export type Upstreams = {
  weather(): Promise<Kept<Observation> | Missing>;
  /** undefined when no Forgejo is configured. */
  activity: (() => Promise<Kept<Collected> | Missing>) | undefined;
  peers(): Promise<HostReport[]>;
};

const minuteMs = 60_000;

export function createUpstreams(
  { weather, forgejo, peers }: Configuration,
  log: Logger,
  countFailure: (upstream: string) => void,
): Upstreams {
  const watch = (upstream: string) => watchOutcomes(upstream, log, countFailure);
  const reporters = peers.map((peer) => createPeerReporter(peer, watch(`peer ${peer.name}`)));
  return {
    weather: keepLastGood({
      load: () => loadWeather(weather.url, weather.place),
      freshMs: 10 * minuteMs,
      retryMs: minuteMs / 2,
      waitAfterFailure: true,
      onOutcome: watch("weather"),
    }),
    activity:
      forgejo &&
      keepLastGood({
        load: () => collectActivity(forgejo),
        freshMs: minuteMs,
        retryMs: minuteMs / 4,
        waitAfterFailure: true,
        onOutcome: watch("forgejo"),
      }),
    peers: () => Promise.all(reporters.map((report) => report())),
  };
}

/** Counts every failure, but logs only what changed: a machine that is off for a week is one line, not a million. */
function watchOutcomes(upstream: string, log: Logger, countFailure: (upstream: string) => void) {
  let last: string | undefined;
  return (failure: UpstreamError | undefined): void => {
    if (failure !== undefined) countFailure(upstream);
    if (failure !== undefined && failure.message !== last)
      log.warn({ upstream, reason: failure.message }, "upstream failed");
    if (failure === undefined && last !== undefined) log.info({ upstream }, "upstream is back");
    last = failure?.message;
  };
}
