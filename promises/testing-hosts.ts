import type { ObservedContainer, ObservedHost } from "./observed.ts";

const tunnelToken = "eyJhIjoiYWNjb3VudCIsInQiOiJ0dW5uZWwiLCJzIjoiYzJWamNtVjAifQ";
const secretKey = "authentik-secret-key-0123456789";
const password = "database-password-0123456789";
/** Values that no evidence may ever show. */
export const secrets = {
  "edge.tunnelToken": tunnelToken,
  "authentik.secretKey": secretKey,
  "postgres.password": password,
  "grafana.oidc": "client-secret-0123456789",
  "grafana.secretKey": "sealing-secret-0123456789",
};

/** One host of the good example. */
export function hostNamed(name: string, isHub: boolean, tailnetAddress: string): ObservedHost {
  return {
    name,
    reachable: true,
    isHub,
    tailnetAddress,
    publicAddress: isHub ? "203.0.113.7" : undefined,
    bridgeGateways: ["172.30.0.1"],
    guarded: [tailnetAddress, "172.30.0.0/24"],
    containers: [...everywhere(isHub, tailnetAddress), ...(isHub ? databases(tailnetAddress) : [])],
    volumes: [{ name: "grafana-data", protected: false }],
  };
}

function everywhere(isHub: boolean, tailnetAddress: string): readonly ObservedContainer[] {
  // Made anew for each container, so that a test changes one of them alone.
  const authentik = () => ({
    image: "ghcr.io/goauthentik/server:2026.8.3",
    environment: {
      AUTHENTIK_SECRET_KEY: secretKey,
      AUTHENTIK_POSTGRESQL__HOST: isHub ? "postgres" : "100.64.0.2",
      AUTHENTIK_POSTGRESQL__PASSWORD: password,
    },
    secretVariables: ["AUTHENTIK_SECRET_KEY", "AUTHENTIK_POSTGRESQL__PASSWORD"],
  });
  return [
    container("cloudflared", {
      image: "cloudflare/cloudflared:2026.10.0",
      command: ["tunnel", "--metrics", "0.0.0.0:20241", "run"],
      environment: { TUNNEL_TOKEN: tunnelToken },
      secretVariables: ["TUNNEL_TOKEN"],
    }),
    container("homepage", { image: "sha256:0a1b", listens: everyAddress(80), doors: [] }),
    container("authentik", {
      ...authentik(),
      command: ["server"],
      listens: everyAddress(9000),
      healthy: true,
      doors: [],
    }),
    container("authentik-worker", { ...authentik(), command: ["worker"] }),
    container("grafana", {
      image: "grafana/grafana:13.2.3",
      listens: everyAddress(3000),
      healthy: true,
      doors: [],
      volumes: [{ name: "grafana-data", path: "/var/lib/grafana" }],
    }),
    container("prometheus", {
      image: "prom/prometheus:v3.15.0",
      listens: everyAddress(9090),
      files: [{ path: "/etc/prometheus/prometheus.yml", content: prometheusConfiguration }],
    }),
    container("node-exporter", {
      image: "prom/node-exporter:v1.12.1",
      networks: ["host"],
      listens: [{ address: tailnetAddress, port: 9100 }],
    }),
    container("metrics-api", { networks: ["host"], listens: [{ address: "172.30.0.1", port: 8000 }] }),
  ];
}

const prometheusConfiguration = `
global: { scrape_interval: 15s }
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["100.64.0.2:9100"]
      - targets: ["100.64.0.1:9100"]
`;

function databases(tailnetAddress: string): readonly ObservedContainer[] {
  const published = (port: number) => ({
    listens: everyAddress(port),
    published: [{ address: tailnetAddress, port, target: port }],
  });
  return [
    container("postgres", { image: "postgres:17.11-alpine", ...published(5432) }),
    container("redis", { image: "redis:7.2-alpine", ...published(6379) }),
  ];
}

function everyAddress(port: number) {
  return [{ address: "0.0.0.0", port }];
}

/** A running container on the bridge that publishes nothing, with the given differences. */
export function container(name: string, differences: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    name,
    image: `${name}:1`,
    running: true,
    healthy: undefined,
    healthCheck: [],
    entrypoint: [],
    command: [],
    environment: {},
    secretVariables: [],
    labels: {},
    networks: ["kitestacks"],
    published: [],
    listens: [],
    volumes: [],
    memoryMiB: 200,
    memorySwapMiB: 400,
    typicalMiB: 100,
    files: [],
    secretFiles: [],
    ...differences,
  };
}
