import { parse } from "yaml";
import { z } from "zod";
import type { ObservedContainer } from "./observed.ts";

/** One `host:port` that Prometheus asks, and how often, as written (`15s`). */
export interface ScrapeTarget {
  readonly job: string;
  readonly target: string;
  readonly interval: string;
}

const schema = z.object({
  global: z.object({ scrape_interval: z.string().optional() }).nullish(),
  scrape_configs: z
    .array(
      z.object({
        job_name: z.string(),
        scrape_interval: z.string().optional(),
        static_configs: z.array(z.object({ targets: z.array(z.string()).nullish() })).nullish(),
      }),
    )
    .nullish(),
});

/** Prometheus' own defaults. */
const standardPath = "/etc/prometheus/prometheus.yml";
const standardInterval = "1m";

/** Static targets of the file that its command line names, or what is wrong with it. */
export function scrapeTargets({ command, files }: ObservedContainer): readonly ScrapeTarget[] | string {
  const flag = "--config.file=";
  const path = command.find((part) => part.startsWith(flag))?.slice(flag.length) ?? standardPath;
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) return `its configuration ${path} is not among the files of the container`;
  const configuration = schema.safeParse(parseYaml(file.content));
  if (!configuration.success) return `its configuration ${path} is not one that Prometheus reads`;

  const { global, scrape_configs: jobs } = configuration.data;
  return (jobs ?? []).flatMap(({ job_name: job, scrape_interval, static_configs: groups }) => {
    const interval = scrape_interval ?? global?.scrape_interval ?? standardInterval;
    const targets = (groups ?? []).flatMap((group) => group.targets ?? []);
    return targets.map((target) => ({ job, target, interval }));
  });
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
