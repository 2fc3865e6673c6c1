import { parse } from "yaml";
import { z } from "zod";
import type { ObservedContainer } from "./observed.ts";
import { type Labels, relabelled, relabelRule } from "./relabel.ts";

/** One `host:port` that Prometheus asks, after relabelling. */
export interface ScrapeTarget {
  readonly job: string;
  readonly target: string;
  /** How often, as written (`15s`). */
  readonly interval: string;
  /** `http` and `/metrics`, unless somebody set another. */
  readonly scheme: string;
  readonly path: string;
  /** The labels by which its numbers are told from another target's: `instance`, `job` and what else was given. */
  readonly labels: Labels;
  /** What the job or the whole file sets that may change or drop numbers and is not looked into here. */
  readonly unknown: readonly string[];
}

/** Targets that a rule drops, by the address that they were written with. */
export interface Dropped {
  readonly job: string;
  readonly target: string;
}

export interface Scrapes {
  readonly targets: readonly ScrapeTarget[];
  readonly dropped: readonly Dropped[];
}

/** What cannot take a host's numbers away, so that everything else is an unknown. */
const harmless = {
  global: ["scrape_interval", "scrape_timeout", "evaluation_interval", "external_labels", "query_log_file"],
  job: [
    "job_name",
    "scrape_interval",
    "scrape_timeout",
    "static_configs",
    "relabel_configs",
    "metrics_path",
    "scheme",
    "basic_auth",
  ],
};

const jobs = z.array(
  z.looseObject({
    job_name: z.string(),
    scrape_interval: z.string().optional(),
    scheme: z.string().default("http"),
    metrics_path: z.string().default("/metrics"),
    static_configs: z
      .array(
        z.object({
          targets: z.array(z.string()).nullish(),
          labels: z.record(z.string(), z.coerce.string()).nullish(),
        }),
      )
      .nullish(),
    relabel_configs: z.array(relabelRule).nullish(),
  }),
);
const schema = z.object({
  global: z.looseObject({ scrape_interval: z.string().optional() }).nullish(),
  scrape_configs: jobs.nullish(),
});
type Job = z.output<typeof jobs>[number];

/** Prometheus' own defaults. */
const standardPath = "/etc/prometheus/prometheus.yml";
const standardInterval = "1m";

/** Static targets of the file that its command line names, or what is wrong with it. */
export function scrapesOf({ command, files }: ObservedContainer): Scrapes | string {
  const flag = "--config.file=";
  const path = command.find((part) => part.startsWith(flag))?.slice(flag.length) ?? standardPath;
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) return `its configuration ${path} is not among the files of the container`;
  const configuration = schema.safeParse(parseYaml(file.content));
  if (!configuration.success) return `its configuration ${path} is not one that Prometheus reads`;

  const { global, scrape_configs } = configuration.data;
  const interval = global?.scrape_interval ?? standardInterval;
  const inGlobal = others(global ?? {}, harmless.global).map((key) => `the global setting ${key}`);
  const scrapes = (scrape_configs ?? []).flatMap((job) => scrapesOfJob(job, interval, inGlobal));
  return {
    targets: scrapes.filter((one): one is ScrapeTarget => "labels" in one),
    dropped: scrapes.filter((one): one is Dropped => !("labels" in one)),
  };
}

function scrapesOfJob(
  job: Job,
  globalInterval: string,
  inGlobal: readonly string[],
): readonly (ScrapeTarget | Dropped)[] {
  const set = others(job, harmless.job).map((key) => `${key} of job ${job.job_name}`);
  return (job.static_configs ?? []).flatMap(({ targets, labels }) =>
    (targets ?? []).map((target): ScrapeTarget | Dropped => {
      const given = {
        __address__: target,
        __scheme__: job.scheme,
        __metrics_path__: job.metrics_path,
        __scrape_interval__: job.scrape_interval ?? globalInterval,
        job: job.job_name,
        ...labels,
      };
      const after = relabelled(given, job.relabel_configs ?? []);
      if (after === undefined || (typeof after !== "string" && !after["__address__"]))
        return { job: job.job_name, target };
      const isClear = typeof after !== "string";
      const last: Labels = isClear ? after : given;
      return {
        job: job.job_name,
        target: last["__address__"] ?? "",
        interval: last["__scrape_interval__"] ?? "",
        scheme: last["__scheme__"] ?? "",
        path: last["__metrics_path__"] ?? "",
        labels: visible(last),
        unknown: [...inGlobal, ...set, ...(isClear ? [] : [`relabelling of job ${job.job_name}: ${after}`])],
      };
    }),
  );
}

/** Labels with two underscores are gone after relabelling; an instance that nobody named is the address. */
function visible(labels: Labels): Labels {
  const instance = labels["instance"] || labels["__address__"] || "";
  return Object.fromEntries(
    Object.entries({ ...labels, instance }).filter(([name]) => !name.startsWith("__")),
  );
}

const others = (settings: object, known: readonly string[]) =>
  Object.keys(settings).filter((key) => !known.includes(key));

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
