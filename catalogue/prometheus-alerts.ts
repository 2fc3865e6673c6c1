import { stringify } from "yaml";
import { diskUsedPercent } from "./host-numbers.ts";

interface Alert {
  readonly alert: string;
  readonly expr: string;
  /** How long it must hold, so that a restart is no alarm. */
  readonly for: string;
  readonly summary: string;
  /** What to do. */
  readonly remedy: string;
}

/** Alert rules as Prometheus reads them; they are shown in Grafana, and by Prometheus itself. */
export function alertRules(hostCount: number): string {
  const rules = alerts(hostCount).map(({ summary, remedy, ...rule }) => ({
    ...rule,
    annotations: { summary, remedy },
  }));
  return stringify({ groups: [{ name: "kitestacks", rules }] }, { lineWidth: 0 });
}

const host = "{{ $labels.instance }}";

const alerts = (hostCount: number): readonly Alert[] => [
  {
    alert: "HostDown",
    expr: 'up{job="node"} == 0',
    for: "2m",
    summary: `${host} does not answer on the tailnet`,
    remedy: "Is the machine on, and its Tailscale logged in? The other host serves meanwhile.",
  },
  {
    alert: "DiskFilling",
    expr: `(${diskUsedPercent()}) > 85`,
    for: "15m",
    summary: `${host}: {{ $labels.device }} is {{ $value | printf "%.0f" }} % full`,
    remedy: "docker system df shows what Docker holds; docker image prune frees old images.",
  },
  {
    alert: "MemoryPressure",
    // Little free memory is usual beside a full page cache; with half of the swap taken as well, it is not.
    expr:
      "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1" +
      " and (node_memory_SwapFree_bytes / (node_memory_SwapTotal_bytes > 0) < 0.5 or node_memory_SwapTotal_bytes == 0)",
    for: "10m",
    summary: `${host} has less than a tenth of its memory left, and half of its swap is taken`,
    remedy: "docker stats shows who has it; the profile lite leaves containers out.",
  },
  {
    alert: "Swapping",
    expr: "rate(node_vmstat_pswpin[5m]) + rate(node_vmstat_pswpout[5m]) > 2000",
    for: "15m",
    summary: `${host} moves {{ $value | printf "%.0f" }} pages a second from and to its swap`,
    remedy: "docker stats shows who needs more memory than there is.",
  },
  {
    alert: "TunnelConnectorsMissing",
    expr: `(count(${connected}) or vector(0)) < ${hostCount}`, // a count of nothing is empty, not 0
    for: "5m",
    summary: `{{ $value }} of ${hostCount} connectors of the tunnel are connected`,
    remedy: "docker logs cloudflared on the host that is missing.",
  },
  {
    alert: "ServiceDown",
    expr: "monitor_status == 0",
    for: "5m",
    summary: "{{ $labels.monitor_name }} does not answer",
    remedy: "docker ps shows whether its container is healthy, docker logs why not.",
  },
  {
    alert: "CertificateExpiring",
    expr: "monitor_cert_days_remaining < 14",
    for: "1h",
    summary: "The certificate of {{ $labels.monitor_name }} ends in {{ $value }} days",
    remedy: "Cloudflare renews it by itself: is the zone still active there?",
  },
  {
    alert: "RestartLoop",
    // Of the containers that tell when their process began; the others are in Uptime Kuma's hands.
    expr: "changes(process_start_time_seconds[30m]) > 3",
    for: "0m",
    summary: `{{ $labels.job }} of ${host} began {{ $value }} times within half an hour`,
    remedy: "docker logs of that container; an exit code 137 means it had too little memory.",
  },
  {
    alert: "TargetDown",
    expr: 'up{job!="node"} == 0',
    for: "10m",
    summary: `Prometheus does not reach {{ $labels.job }} of ${host}`,
    remedy: "docker ps on that host; between hosts, the tailnet policy.",
  },
];

/**
 * One series per connector that is connected. `cloudflared_tunnel_ha_connections` does not tell: it counts the attempts
 * as well, and stays above 0 while a connector tries for hours. One that registered itself and receives bytes is
 * connected: over QUIC the edge answers a ping every second. Over HTTP/2, which it falls back to only where QUIC never
 * worked, there are no such numbers, and having registered has to do.
 */
const connected =
  "(sum by (instance) (cloudflared_tunnel_tunnel_register_success) > 0)" +
  " unless (sum by (instance) (increase(quic_client_receive_bytes[2m])) == 0)";
