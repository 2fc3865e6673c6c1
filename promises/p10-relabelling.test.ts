import { describe, expect, it } from "vitest";
import { type Change, changed, expectBroken, expectNotChecked, verdictOf } from "./testing-changes.ts";
import { both, configured, scraping } from "./testing-prometheus.ts";

const rule = (text: string) => `relabel_configs: [${text}]`;
const dropped = (name: string, target: string) =>
  `does not scrape the node-exporter of ${name}: relabelling of job node drops ${target}`;
/** What a job may set, and what is said of it. */
const relabelling: readonly [string, string, string][] = [
  [
    "a rule that drops a host",
    rule("{ source_labels: [__address__], regex: '100\\.64\\.0\\.2:.*', action: drop }"),
    dropped("vps", "100.64.0.2:9100"),
  ],
  [
    "a rule that keeps another host alone",
    rule("{ source_labels: [__address__], regex: '.*\\.2:9100', action: keep }"),
    dropped("home", "100.64.0.1:9100"),
  ],
  [
    "a rule that takes a host's address away",
    rule("{ source_labels: [__address__], regex: '.*2:9100', target_label: __address__, replacement: '' }"),
    dropped("vps", "100.64.0.2:9100"),
  ],
  [
    "a rule that asks one host in the place of another",
    rule(
      `{ source_labels: [__address__], regex: '(.*)2:9100', target_label: __address__, replacement: '\${1}1:9100' }`,
    ),
    "does not scrape the node-exporter of vps, expected the target 100.64.0.2:9100",
  ],
  [
    "a rule that gives all hosts one name",
    rule("{ target_label: instance, replacement: everything }"),
    "gives 100.64.0.2:9100 and 100.64.0.1:9100 the same labels (job node, instance everything), so that one hides the other",
  ],
  [
    "a rule that asks less often",
    rule("{ target_label: __scrape_interval__, replacement: 5m }"),
    "scrapes 100.64.0.2:9100 every 5m, expected 15s",
  ],
  [
    "a path that node-exporter does not have",
    "metrics_path: /probe",
    "asks the node-exporter of vps for http://100.64.0.2:9100/probe, expected http://100.64.0.2:9100/metrics",
  ],
  [
    "TLS, which node-exporter does not speak",
    "scheme: https",
    "asks the node-exporter of vps for https://100.64.0.2:9100/metrics, expected http://100.64.0.2:9100/metrics",
  ],
];

describe("P10, when a job does more than name its targets,", () => {
  it.each(relabelling)("is broken by %s", (_, job, evidence) => {
    expectBroken(scraping(both, "scrape_interval: 15s", job), "P10", `prometheus on home ${evidence}`);
  });

  it("is broken by two hosts under one instance", () => {
    expectBroken(
      configured(`
global: { scrape_interval: 15s }
scrape_configs:
  - { job_name: node, static_configs: [{ targets: ${JSON.stringify(both)}, labels: { instance: home } }] }
`),
      "P10",
      "prometheus on home gives 100.64.0.2:9100 and 100.64.0.1:9100 the same labels (job node, instance home), so that one hides the other",
    );
  });

  it.each<[string, Change]>([
    [
      "rules keep every host apart",
      scraping(
        both,
        "scrape_interval: 15s",
        rule(
          "{ source_labels: [__address__], regex: '([^:]+):9100', target_label: instance }, { regex: region, action: labeldrop }",
        ),
      ),
    ],
    [
      "a rule drops something else",
      scraping(
        [...both, "100.64.0.77:9100"],
        "scrape_interval: 15s",
        rule("{ source_labels: [__address__], regex: '.*77.*', action: drop }"),
      ),
    ],
  ])("holds when %s", (_, change) => {
    expect(verdictOf("P10", changed(change)).verdict).toBe("proved");
  });

  it.each<[string, string, string, string]>([
    [
      "rules about numbers",
      "scrape_interval: 15s",
      "metric_relabel_configs: []",
      "metric_relabel_configs of job node",
    ],
    [
      "labels that a target may choose",
      "scrape_interval: 15s",
      "honor_labels: true",
      "honor_labels of job node",
    ],
    ["a limit for a job", "scrape_interval: 15s", "sample_limit: 10", "sample_limit of job node"],
    ["a limit for all", "scrape_interval: 15s, target_limit: 1", "", "the global setting target_limit"],
    [
      "a rule by hash",
      "scrape_interval: 15s",
      rule("{ source_labels: [__address__], action: hashmod }"),
      "relabelling of job node: a rule has the action hashmod, which is not looked into",
    ],
    [
      "an expression of another language",
      "scrape_interval: 15s",
      rule("{ regex: '(?P<host>.*)' }"),
      "relabelling of job node: a rule has the expression (?P<host>.*), which is not understood",
    ],
  ])("does not guess what comes of %s", (_, global, job, what) => {
    expectNotChecked(
      scraping(both, global, job),
      "P10",
      `prometheus on home: ${what} may take a host's numbers away, and is not looked into; expected none`,
    );
  });
});
