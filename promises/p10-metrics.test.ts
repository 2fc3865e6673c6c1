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
import { both, configured, scraping } from "./testing-prometheus.ts";

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
