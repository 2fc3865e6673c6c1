import { setTimeout as delay } from "node:timers/promises";
import type { HostMetrics } from "../types.ts";
import { type Counters, type Host, hostMetrics } from "./host.ts";

/** One sample, with its JSON ready to send. `at` is monotonic, in milliseconds. */
export type Sample = { at: number; metrics: HostMetrics; json: string };

export type Sampler = {
  /** The sample of the last second, if there is one: the common case, without a promise. */
  fresh(): Sample | undefined;
  /** The sample of the last second, or a new one; everyone who waits shares it. Rejects if the host cannot be read. */
  take(): Promise<Sample>;
};

/** Monotonic milliseconds and a pause, so that tests need not wait. */
export type Clock = { now(): number; sleep(milliseconds: number): Promise<unknown> };

const realClock: Clock = { now: () => performance.now(), sleep: (milliseconds) => delay(milliseconds) };

/** How long one sample serves everyone. */
const sharedMs = 1_000;
/** The kernel counts CPU time in ticks of 10 ms: over a shorter span a percentage would be mostly rounding. */
const shortestSpanMs = 200;
/** After a pause longer than this an average since the last sample would not say how the host is now. */
const longestSpanMs = 60_000;

/**
 * Samples only when somebody asks; no timer runs otherwise. The first counters are read at start, so that the first
 * answer has true rates without waiting much.
 */
export function createSampler(name: string, host: Host, clock: Clock = realClock): Sampler {
  let counters: Counters = host.readCounters();
  let sample: Sample | undefined;
  let sampling: Promise<Sample> | undefined;

  const fresh = () => (sample !== undefined && clock.now() - sample.at < sharedMs ? sample : undefined);

  const measure = async (): Promise<Sample> => {
    if (clock.now() - counters.at > longestSpanMs) counters = host.readCounters();
    const missing = counters.at + shortestSpanMs - clock.now();
    if (missing > 0) await clock.sleep(Math.ceil(missing));
    const before = counters;
    const state = await host.readState();
    counters = host.readCounters();
    const metrics = hostMetrics(name, before, counters, state, host.isPhysical);
    sample = { at: counters.at, metrics, json: JSON.stringify(metrics) };
    return sample;
  };

  const take = (): Promise<Sample> => {
    const current = fresh();
    if (current !== undefined) return Promise.resolve(current);
    sampling ??= measure().finally(() => {
      sampling = undefined;
    });
    return sampling;
  };

  return { fresh, take };
}
