import { wget } from "./health.ts";
import type { Facts, Service } from "./service.ts";
import { joinTexts, type Text, text } from "./text.ts";

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
    "--config.file=/etc/prometheus/prometheus.yml",
    "--storage.tsdb.path=/prometheus",
    "--storage.tsdb.retention.time=7d",
  ],
  files: (facts) => [{ path: "/etc/prometheus/prometheus.yml", content: configuration(facts) }],
};

/** Written as text, not through a YAML library, because the hub's address may be known only later. */
function configuration({ hosts }: Facts): Text {
  const nodes = joinTexts(
    hosts.map(
      (host) => text`
      - targets: ["${host.address}:9100"]
        labels: { instance: ${host.name} }`,
    ),
  );
  return text`global:
  scrape_interval: 15s
  evaluation_interval: 15s
scrape_configs:
  - job_name: node
    # By tailnet address, this host included: a name on the bridge would be the container's network.
    static_configs:${nodes}
  - job_name: prometheus
    static_configs:
      - targets: ["127.0.0.1:9090"]
  - job_name: cloudflared
    static_configs:
      - targets: ["cloudflared:20241"]
`;
}
