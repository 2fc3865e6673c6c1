import * as z from "zod/mini";

/**
 * The shapes of `types.ts` as schemas: what the OpenAPI document shows and what a peer's answer is checked against.
 * Loaded only when one of the two is asked for. `schemas.test.ts` fails to compile when a shape differs from its type.
 */
const bytes = z.number().check(z.gte(0));
const percent = z.number().check(z.gte(0), z.lte(100));
const seconds = z.number().check(z.gte(0));
const instant = z.iso.datetime();
const rate = z.nullable(bytes);

export const health = z.object({ ok: z.literal(true) });

const networkInterface = z.object({
  name: z.string(),
  kind: z.enum(["physical", "virtual"]),
  receivedBytes: bytes,
  sentBytes: bytes,
  receivedBytesPerSecond: rate,
  sentBytesPerSecond: rate,
});

const disk = z.object({
  mount: z.string(),
  filesystem: z.string(),
  totalBytes: bytes,
  usedBytes: bytes,
  availableBytes: bytes,
});

export const hostMetrics = z.object({
  host: z.string(),
  sampledAt: instant,
  intervalSeconds: seconds,
  uptimeSeconds: seconds,
  load: z.tuple([z.number(), z.number(), z.number()]),
  cpu: z.object({ totalPercent: percent, corePercents: z.array(percent) }),
  temperatureCelsius: z.nullable(z.number()),
  memory: z.object({ totalBytes: bytes, usedBytes: bytes, availableBytes: bytes }),
  swap: z.object({ totalBytes: bytes, usedBytes: bytes }),
  disks: z.array(disk),
  network: z.array(networkInterface),
  processCount: z.int().check(z.gte(0)),
});

const hostReport = z.object({
  host: z.string(),
  state: z.enum(["fresh", "stale", "unreachable"]),
  self: z.boolean(),
  ageSeconds: z.nullable(seconds),
  metrics: z.nullable(hostMetrics),
  reason: z.nullable(z.string()),
});

export const hosts = z.object({ hosts: z.array(hostReport) });

export const weather = z.object({
  place: z.string(),
  temperatureCelsius: z.number(),
  feelsLikeCelsius: z.number(),
  condition: z.string(),
  conditionCode: z.number(),
  humidityPercent: percent,
  windKmh: z.number(),
  windDirection: z.string(),
  observedAt: instant,
  stale: z.boolean(),
  ageSeconds: seconds,
});

const commit = z.object({
  repository: z.string(),
  title: z.string(),
  hash: z.string().check(z.regex(/^[0-9a-f]{10}$/)),
  author: z.string(),
  time: instant,
  link: z.url(),
});

export const activity = z.object({
  commits: z.array(commit),
  partial: z.boolean(),
  stale: z.boolean(),
  ageSeconds: seconds,
});

export const problem = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  upstream: z.optional(z.enum(["weather", "forgejo"])),
});
