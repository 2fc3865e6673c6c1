import type { Facts, HostFacts } from "./facts.ts";
import { wget } from "./health.ts";
import { alertRules } from "./prometheus-alerts.ts";
import type { Service } from "./service.ts";
import { joinTexts, secret, type Text, text } from "./text.ts";

const folder = "/etc/prometheus";
const kumaPassword = `${folder}/uptime-kuma-password`;
/** The image's own user `nobody`. */
const prometheusUser = 65534;

/** Numbers of every host, over the tailnet, on every host: whichever one is up shows all. */
export const prometheus: Service = {
  name: "prometheus",
  image: { reference: "prom/prometheus:v3.15.0" },
  runsOn: "every host",
  port: 9090,
  sso: { kind: "none", why: "Grafana alone uses it" },
  health: () => wget("http://127.0.0.1:9090/-/healthy"),
  memory: { limit: 256, typical: 90 },
  data: { placement: "per-host", writable: false, what: "a week of measurements" },
  volumes: [{ name: "prometheus-data", path: "/prometheus" }],
  command: () => [
    `--config.file=${folder}/prometheus.yml`,
    "--storage.tsdb.path=/prometheus",
    "--storage.tsdb.retention.time=7d",
  ],
  files: (facts) => [
    { path: `${folder}/prometheus.yml`, content: configuration(facts) },
    { path: `${folder}/alerts.yml`, content: alertRules(facts.hosts.length) },
    ...(facts.runs("uptime-kuma")
      ? [
          {
            path: kumaPassword,
            owner: prometheusUser,
            mode: "0400",
            content: text`${secret("uptime-kuma.adminPassword")}`,
          },
        ]
      : []),
  ],
};

/** Written as text, not through a YAML library, because the hub's address may be known only later. */
function configuration({ hosts, host, runs }: Facts): Text {
  const here = (job: string, target: string, more = "") => `
  - job_name: ${job}${more}
    static_configs:
      - targets: ["${target}"]
        labels: { instance: ${host.name} }`;
  // LiteLLM's page has a slash at its end, and the redirect to it would be one more request every time.
  const litellm = runs("kite-litellm")
    ? here("litellm", "kite-litellm:4000", "\n    metrics_path: /metrics/")
    : "";
  const login = `\n    basic_auth: { username: kiteadmin, password_file: ${kumaPassword} }`;
  const kuma = runs("uptime-kuma") ? here("uptime-kuma", "uptime-kuma:3001", login) : "";
  return text`global:
  scrape_interval: 15s
  evaluation_interval: 15s
rule_files: [${folder}/alerts.yml]
scrape_configs:
  - job_name: node
    # By tailnet address, this host included: a name on the bridge would be the container's network.
    static_configs:${everyHost(hosts, 9100)}
  - job_name: cloudflared
    static_configs:${everyHost(hosts, 20241)}
  - job_name: metrics-api
    static_configs:${everyHost(hosts, 8000)}${here("prometheus", "127.0.0.1:9090")}${kuma}${litellm}
`;
}

function everyHost(hosts: readonly HostFacts[], port: number): Text {
  return joinTexts(
    hosts.map(
      (host) => text`
      - targets: ["${host.address}:${port}"]
        labels: { instance: ${host.name} }`,
    ),
  );
}
