import type { Logger } from "pino";
import { activityLimit } from "./activity-limit.ts";
import type { Configuration } from "./configuration/configuration.ts";
import type { Sample, Sampler } from "./host/sampler.ts";
import { type Answer, jsonAnswer, problemAnswer, textAnswer } from "./http/answers.ts";
import type { Route } from "./http/handler.ts";
import type { ServiceMetrics } from "./service-metrics.ts";
import type { Activity, Hosts, Weather } from "./types.ts";
import type { Missing } from "./upstream/last-good.ts";
import type { Upstreams } from "./upstream/upstreams.ts";

export type RouteParts = {
  configuration: Configuration;
  sampler: Sampler;
  metrics: ServiceMetrics;
  log: Logger;
};

/** Every path that the service answers. What a host without upstreams never asks is loaded with its first request. */
export function createRoutes({ configuration, sampler, metrics, log }: RouteParts): Map<string, Route> {
  const upstreams = once(async () => {
    const { createUpstreams } = await import("./upstream/upstreams.ts");
    return createUpstreams(configuration, log, metrics.countFailure);
  });
  const openApi = once(async () => {
    const { openApiDocument } = await import("./openapi.ts");
    return jsonOf(openApiDocument());
  });
  const healthy = jsonOf({ ok: true });
  return new Map<string, Route>([
    ["/api/health", { ready: () => healthy, answer: async () => healthy }],
    ["/api/metrics", metricsRoute(sampler)],
    ["/api/hosts", { answer: async () => await answerHosts(sampler, await upstreams()) }],
    ["/api/weather", { answer: async () => await answerWeather(await upstreams()) }],
    ["/api/activity", { answer: async (query) => await answerActivity(await upstreams(), query) }],
    ["/api/openapi.json", { answer: openApi }],
    ["/metrics", { answer: async () => await answerServiceMetrics(metrics) }],
  ]);
}

function metricsRoute(sampler: Sampler): Route {
  let last: { sample: Sample; answer: Answer } | undefined;
  const answerFor = (sample: Sample): Answer => {
    if (last?.sample !== sample) last = { sample, answer: jsonAnswer(sample.json) };
    return last.answer;
  };
  return {
    ready: () => {
      const sample = sampler.fresh();
      return sample === undefined ? undefined : answerFor(sample);
    },
    answer: async () => answerFor(await sampler.take()),
  };
}

async function answerHosts(sampler: Sampler, upstreams: Upstreams): Promise<Answer> {
  const [{ metrics }, peers] = await Promise.all([sampler.take(), upstreams.peers()]);
  const own = {
    host: metrics.host,
    state: "fresh",
    self: true,
    ageSeconds: 0,
    metrics,
    reason: null,
  } as const;
  return jsonOf({ hosts: [own, ...peers] } satisfies Hosts);
}

async function answerWeather(upstreams: Upstreams): Promise<Answer> {
  const known = await upstreams.weather();
  if (known.value === undefined) return unavailable("weather", "The weather service", known);
  const { value, stale, ageSeconds } = known;
  return jsonOf({ ...value, stale, ageSeconds } satisfies Weather);
}

async function answerActivity(upstreams: Upstreams, query: string): Promise<Answer> {
  const { smallest, largest, standard } = activityLimit;
  const text = new URLSearchParams(query).get("limit") ?? String(standard);
  const limit = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(limit >= smallest && limit <= largest)) {
    return problemAnswer(400, "Wrong limit", `limit must be a whole number from ${smallest} to ${largest}.`);
  }
  if (upstreams.activity === undefined) {
    const detail = "No Forgejo is configured on this host; set FORGEJO_URL to show its commits.";
    return problemAnswer(503, "No activity", detail, { upstream: "forgejo" });
  }
  const known = await upstreams.activity();
  if (known.value === undefined) return unavailable("forgejo", "Forgejo", known);
  const { value, stale, ageSeconds } = known;
  const commits = value.commits.slice(0, limit);
  return jsonOf({ commits, partial: value.partial, stale, ageSeconds } satisfies Activity);
}

async function answerServiceMetrics(metrics: ServiceMetrics): Promise<Answer> {
  const { type, text } = await metrics.render();
  return textAnswer(200, type, text);
}

function unavailable(upstream: "weather" | "forgejo", name: string, { failure }: Missing): Answer {
  const detail = `${name} ${failure.message}, and there is no earlier answer to show.`;
  return problemAnswer(503, `${name} is unavailable`, detail, { upstream, headers: ["retry-after", "30"] });
}

function jsonOf(value: object): Answer {
  return jsonAnswer(JSON.stringify(value));
}

/** Runs the work when it is first asked for, and again only if it failed. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work().catch((error: unknown) => {
      result = undefined;
      throw error;
    });
    return result;
  };
}
