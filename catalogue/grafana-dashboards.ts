import { stat, table, timeseries } from "./grafana-panels.ts";
import { diskUsedPercent, wireBytes } from "./host-numbers.ts";

/** A dashboard as Grafana's provisioning reads it; the uid is also the name of its file. */
interface Dashboard {
  readonly uid: string;
  readonly [property: string]: unknown;
}

const chosen = 'instance=~"$instance"';
const rate = "[$__rate_interval]";

/** One or more hosts, or all. */
const picker = {
  name: "instance",
  label: "Host",
  type: "query",
  datasource: { type: "prometheus", uid: "prometheus" },
  query: { query: 'label_values(up{job="node"}, instance)', refId: "hosts" },
  definition: 'label_values(up{job="node"}, instance)',
  refresh: 2,
  multi: true,
  includeAll: true,
  current: { text: "All", value: "$__all" },
};

export const dashboards: readonly Dashboard[] = [
  dashboard("kitestacks-hosts", "Hosts", [
    [
      stat("Up", "none", `sum(up{job="node",${chosen}})`),
      stat("Uptime", "s", `min(time() - node_boot_time_seconds{${chosen}})`),
      stat("Alerts firing", "none", `count(ALERTS{alertstate="firing",alertname!=""}) or vector(0)`),
    ],
    [
      timeseries("Processor used", "percent", [
        `100 - 100 * avg by (instance) (rate(node_cpu_seconds_total{mode="idle",${chosen}}${rate}))`,
      ]),
      timeseries("Memory used", "percent", [
        `100 * (1 - node_memory_MemAvailable_bytes{${chosen}} / node_memory_MemTotal_bytes{${chosen}})`,
      ]),
    ],
    [
      timeseries("Disks used", "percent", [diskUsedPercent(chosen)], "{{instance}} {{device}}"),
      timeseries("Swap used", "bytes", [
        `node_memory_SwapTotal_bytes{${chosen}} - node_memory_SwapFree_bytes{${chosen}}`,
      ]),
    ],
    [
      timeseries("Network, in above and out below", "Bps", [
        wireBytes("receive", chosen, rate),
        `-${wireBytes("transmit", chosen, rate)}`,
      ]),
      timeseries("Load per processor", "none", [
        `node_load1{${chosen}} / count by (instance) (node_cpu_seconds_total{mode="idle",${chosen}})`,
      ]),
    ],
  ]),
  dashboard("kitestacks-services", "Services", [
    [table("Alerts", `ALERTS{alertstate="firing"}`), table("Not answering", "monitor_status == 0")],
    [
      timeseries("Answer times", "ms", [`monitor_response_time{${chosen}}`], "{{monitor_name}}"),
      // Not cloudflared_tunnel_ha_connections, which counts attempts as well.
      timeseries("Live QUIC connections of the tunnel's connectors", "none", [
        `count by (instance) (rate(quic_client_receive_bytes{${chosen}}${rate}) > 0)`,
      ]),
    ],
    [
      timeseries("Requests through the tunnel", "reqps", [
        `sum by (instance) (rate(cloudflared_tunnel_total_requests{${chosen}}${rate}))`,
      ]),
      timeseries("Requests to AI models", "reqps", [
        `sum by (instance) (rate(litellm_proxy_total_requests_metric_total{${chosen}}${rate}))`,
      ]),
    ],
  ]),
];

/** Panels in rows; Grafana counts 24 columns, and a row here is 7 high. */
function dashboard(uid: string, title: string, rows: readonly (readonly object[])[]): Dashboard {
  const panels = rows.flatMap((panelsOfRow, y) =>
    panelsOfRow.map((panel, x) => {
      const w = Math.floor(24 / panelsOfRow.length);
      return { ...panel, gridPos: { x: x * w, y: y * 7, w, h: 7 } };
    }),
  );
  return {
    uid,
    title,
    tags: ["kitestacks"],
    schemaVersion: 39,
    version: 1,
    refresh: "30s",
    time: { from: "now-6h", to: "now" },
    templating: { list: [picker] },
    panels: panels.map((panel, i) => ({ id: i + 1, ...panel })),
  };
}
