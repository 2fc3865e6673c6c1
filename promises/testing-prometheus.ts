import { type Change, containerIn, type MutableContainer } from "./testing-changes.ts";

/** Where the member's Prometheus of the good example looks for its configuration. */
const path = "/etc/prometheus/prometheus.yml";

/** The node-exporters of both hosts, as `host:port`. */
export const both: readonly string[] = ["100.64.0.2:9100", "100.64.0.1:9100"];

/** The member's Prometheus with this configuration, as YAML. */
export const configured = (content: string, differences: Partial<MutableContainer> = {}): Change => {
  return (observed) => {
    Object.assign(containerIn(observed, "home", "prometheus"), {
      files: [{ path, content }],
      ...differences,
    });
  };
};

/** One job `node` with these targets; `global` and `job` are YAML to put into the section and the job. */
export const scraping = (targets: readonly string[], global = "scrape_interval: 15s", job = ""): Change =>
  configured(`
global: { ${global} }
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ${JSON.stringify(targets)} }]
    ${job}
`);
