import { describe, expect, it } from "vitest";
import type { PromiseId } from "./observed.ts";
import {
  type Change,
  changed,
  containerIn,
  expectBroken,
  expectNotChecked,
  hostIn,
  type MutableContainer,
  verdictOf,
} from "./testing-changes.ts";

const path = "/etc/prometheus/prometheus.yml";
const configured = (content: string, differences: Partial<MutableContainer> = {}): Change => {
  return (observed) => {
    Object.assign(containerIn(observed, "home", "prometheus"), {
      files: [{ path, content }],
      ...differences,
    });
  };
};
const scraping = (targets: readonly string[], global = "scrape_interval: 15s", job = ""): Change =>
  configured(`
global: { ${global} }
scrape_configs:
  - job_name: node
    static_configs: [{ targets: ${JSON.stringify(targets)} }]
    ${job}
`);
const both = ["100.64.0.2:9100", "100.64.0.1:9100"];
const exporter = (differences: Partial<MutableContainer>): Change => {
  return (observed) => {
    Object.assign(containerIn(observed, "home", "node-exporter"), differences);
  };
};
const without = (name: string): Change => {
  return (observed) => {
    const home = hostIn(observed, "home");
    home.containers = home.containers.filter((candidate) => candidate.name !== name);
  };
};

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

describe("P10 is broken by", () => {
  it.each<[string, Change, PromiseId | PromiseId[], string]>([
    ["a host without Prometheus", without("prometheus"), "P10", "home has no Prometheus"],
    ["a host without node-exporter", without("node-exporter"), "P10", "home has no node-exporter"],
    [
      "a stopped Prometheus",
      (observed) => {
        containerIn(observed, "home", "prometheus").running = false;
      },
      "P10",
      "prometheus on home is not running",
    ],
    [
      "an unhealthy node-exporter",
      exporter({ healthy: false }),
      "P10",
      "node-exporter on home is not healthy",
    ],
    [
      "a missing host among the targets",
      scraping(["100.64.0.1:9100"]),
      "P10",
      "prometheus on home does not scrape the node-exporter of vps, expected the target 100.64.0.2:9100",
    ],
    [
      "a target with another port than the exporter listens on",
      exporter({ listens: [{ address: "100.64.0.1", port: 9101 }] }),
      "P10",
      "prometheus on vps does not scrape the node-exporter of home, expected the target 100.64.0.1:9101",
    ],
    [
      "a target by container name",
      scraping([...both, "node-exporter:9100"]),
      "P10",
      "prometheus on home: job node scrapes node-exporter:9100, a container's name, which shows that container's network; expected tailnet addresses",
    ],
    [
      "a target by container name alone",
      scraping(["100.64.0.2:9100", "node-exporter:9100"]),
      "P10",
      "prometheus on home does not scrape the node-exporter of home, expected the target 100.64.0.1:9100",
    ],
    [
      "another interval for all",
      scraping(both, "scrape_interval: 30s"),
      "P10",
      "prometheus on home scrapes 100.64.0.2:9100 every 30s, expected 15s",
    ],
    [
      "another interval for the job",
      scraping(both, "scrape_interval: 15s", "scrape_interval: 5s"),
      "P10",
      "prometheus on home scrapes 100.64.0.2:9100 every 5s, expected 15s",
    ],
    [
      "no interval, which means a minute",
      scraping(both, ""),
      "P10",
      "prometheus on home scrapes 100.64.0.2:9100 every 1m, expected 15s",
    ],
    ...relabelling.map(([what, job, evidence]): [string, Change, PromiseId, string] => [
      what,
      scraping(both, "scrape_interval: 15s", job),
      "P10",
      `prometheus on home ${evidence}`,
    ]),
    [
      "two hosts under one instance",
      configured(`
global: { scrape_interval: 15s }
scrape_configs:
  - { job_name: node, static_configs: [{ targets: ${JSON.stringify(both)}, labels: { instance: home } }] }
`),
      "P10",
      "prometheus on home gives 100.64.0.2:9100 and 100.64.0.1:9100 the same labels (job node, instance home), so that one hides the other",
    ],
    [
      "a configuration that is not there",
      configured("", { files: [] }),
      "P10",
      "prometheus on home: its configuration /etc/prometheus/prometheus.yml is not among the files of the container",
    ],
    [
      "a command line that names another file",
      configured("", { command: ["--config.file=/etc/other.yml"] }),
      "P10",
      "prometheus on home: its configuration /etc/other.yml is not among the files of the container",
    ],
    ...["{ not: [yaml", "[]", "scrape_configs: node", "", "a: &a [*a"].map(
      (content): [string, Change, PromiseId, string] => [
        `the configuration "${content}"`,
        configured(content),
        "P10",
        "prometheus on home: its configuration /etc/prometheus/prometheus.yml is not one that Prometheus reads",
      ],
    ),
    [
      "an exporter that listens on the bridge gateway",
      exporter({ listens: [{ address: "172.30.0.1", port: 9100 }] }),
      "P10",
      "node-exporter on home does not listen on 100.64.0.1, the tailnet address of home",
    ],
    [
      "a policy that keeps one host from another's exporter",
      ({ tailnet }) => {
        tailnet.policy = {
          grants: [
            { src: ["tag:host"], dst: ["tag:host"], ip: ["tcp:5432", "tcp:6379"] },
            { src: ["100.64.0.1"], dst: ["100.64.0.2"], ip: ["tcp:9100"] },
          ],
        };
      },
      "P10",
      "the tailnet policy does not let vps reach the node-exporter of home at 100.64.0.1:9100",
    ],
  ])("%s", (_, change, ids, evidence) => {
    expectBroken(change, ids, evidence);
  });
});

describe("P10", () => {
  it.each<[string, Change]>([
    ["the job has the interval", scraping(both, "scrape_interval: 1m", "scrape_interval: 15s")],
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
    ["further machines are scraped", scraping([...both, "localhost:9090", "100.64.0.77:9100"])],
    [
      "the exporter is published from a bridge",
      exporter({
        networks: ["kitestacks"],
        listens: [{ address: "0.0.0.0", port: 9100 }],
        published: [{ address: "100.64.0.1", port: 9100, target: 9100 }],
      }),
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

  it("does not guess about a single host whose tailnet address is not known", () => {
    expectNotChecked(
      (observed) => {
        observed.hosts = [{ ...hostIn(observed, "home"), tailnetAddress: undefined }];
        observed.settings.hosts = observed.settings.hosts.filter(({ name }) => name === "home");
        scraping([])(observed);
      },
      "P10",
      "the tailnet address of home is not known",
    );
  });

  it("does not guess while a tailnet address is not known", () => {
    expectNotChecked(
      (observed) => {
        hostIn(observed, "home").tailnetAddress = undefined;
      },
      "P10",
      "the tailnet address of home is not known",
    );
  });
});
