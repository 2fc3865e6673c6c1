/**
 * The public answers of the metrics API, one type per route. This file imports nothing, so that the portal's
 * JSDoc can read it with `import("../../metrics-api/src/types.ts")`. `schemas.ts` holds the same shapes for the
 * OpenAPI document; its test fails to compile when the two differ.
 *
 * Units: bytes, seconds, °C, km/h, percent of 0–100 with one decimal. Times are ISO 8601 in UTC.
 */

/** `GET /api/health` */
export type Health = { ok: true };

export type Cpu = {
  /** Busy share of all cores together between the two newest samples; waiting for a disk is not busy. */
  totalPercent: number;
  /** The same for each core, in the kernel's order. */
  corePercents: number[];
};

export type Memory = {
  totalBytes: number;
  /** What programs hold: total − available. Page cache that the kernel gives back on demand is not "used". */
  usedBytes: number;
  /** What a new program could get without swapping (the kernel's MemAvailable). */
  availableBytes: number;
};

export type Swap = { totalBytes: number; usedBytes: number };

export type Disk = {
  /** Where the host mounts it: "/", "/home" … */
  mount: string;
  /** ext4, xfs, zfs … */
  filesystem: string;
  totalBytes: number;
  /** As `df` counts it: all blocks that are not free, including those reserved for root. */
  usedBytes: number;
  /** What an ordinary user can still write. */
  availableBytes: number;
};

export type NetworkInterface = {
  name: string;
  /** "physical" has a device behind it; "virtual" (tailscale0, a VLAN, a bond) repeats traffic of a physical one: do not sum both. */
  kind: "physical" | "virtual";
  receivedBytes: number;
  sentBytes: number;
  /** null when there is nothing to compare with: the interface is new or its counters were reset. */
  receivedBytesPerSecond: number | null;
  sentBytesPerSecond: number | null;
};

/** `GET /api/metrics`: the host that answers. */
export type HostMetrics = {
  /** The host's name as configured. */
  host: string;
  sampledAt: string;
  /** The span that `cpu` and the bytes per second are averaged over. */
  intervalSeconds: number;
  uptimeSeconds: number;
  /** Runnable and waiting tasks, averaged over 1, 5 and 15 minutes. */
  load: [number, number, number];
  cpu: Cpu;
  /** The processor's temperature; null where the host has no sensor. */
  temperatureCelsius: number | null;
  memory: Memory;
  swap: Swap;
  disks: Disk[];
  network: NetworkInterface[];
  processCount: number;
};

/**
 * fresh: it answered this time. stale: it did not, and `metrics` is its last answer, `ageSeconds` old.
 * unreachable: it never answered, or not for ten minutes; `metrics` is null.
 */
export type HostState = "fresh" | "stale" | "unreachable";

export type HostReport = {
  host: string;
  state: HostState;
  /** true for the host that gives this answer; exactly one entry, always the first. */
  self: boolean;
  /** Age of its last answer; null when it never gave one. Also given for an unreachable host: "last seen". */
  ageSeconds: number | null;
  metrics: HostMetrics | null;
  /** Why it is not fresh, in plain words; null when it is. */
  reason: string | null;
};

/** `GET /api/hosts`: this host first, then the peers in the configured order. */
export type Hosts = { hosts: HostReport[] };

/** `GET /api/weather` */
export type Weather = {
  /** "Lisbon, Portugal" */
  place: string;
  temperatureCelsius: number;
  feelsLikeCelsius: number;
  /** "Partly cloudy" */
  condition: string;
  /** wttr.in's condition code (WWO), for an icon: 113 clear … 395 snow with thunder. */
  conditionCode: number;
  humidityPercent: number;
  windKmh: number;
  /** Where the wind comes from, one of 16 points: "NNE". */
  windDirection: string;
  observedAt: string;
  /** true when the weather service did not answer and this is the last good answer. */
  stale: boolean;
  /** Since that answer was fetched. */
  ageSeconds: number;
};

export type Commit = {
  /** "owner/name" */
  repository: string;
  /** First line of the message. */
  title: string;
  /** First ten digits of the commit's hash. */
  hash: string;
  author: string;
  /** When it was committed. */
  time: string;
  /** The commit's page, always http or https. */
  link: string;
};

/** `GET /api/activity?limit=N`: newest first, at most N (1–50, default 10). */
export type Activity = {
  commits: Commit[];
  /** true when some page or repository could not be read, so that a commit may be missing. */
  partial: boolean;
  /** true when Forgejo did not answer and this is the last good answer. */
  stale: boolean;
  /** Since that answer was fetched. */
  ageSeconds: number;
};

/** Every error, as `application/problem+json` (RFC 9457). */
export type Problem = {
  /** Always "about:blank": the status says the kind. */
  type: "about:blank";
  title: string;
  status: number;
  /** What is wrong and what to do, in plain words; never a stack trace. */
  detail: string;
  /** The service behind this one that failed, where one did. */
  upstream?: "weather" | "forgejo";
};
