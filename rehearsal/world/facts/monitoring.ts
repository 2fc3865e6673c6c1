import { httpNeed, listenAddress, missingFile, option, portOf, tcp } from "./configuration.ts";
import type { ImageEntry, ImageFacts } from "./types.ts";

const uptimeKuma: ImageFacts = {
  source: "Uptime Kuma 2.5 source and image: extra/healthcheck is a static binary, curl in the base image",
  user: "0",
  command: ["node", "server/server.js"],
  tools: { "extra/healthcheck": "own", curl: "http", node: "other", sh: "shell", timeout: "other" },
  listens: (run) => [tcp(portOf(run, "UPTIME_KUMA_PORT", 3001))],
  // server/server.js: the event `setup` takes anybody while there is no account, and nobody afterwards.
  doors: () => [
    {
      kind: "first visitor",
      how: "whoever opens it first becomes its administrator",
      data: "/app/data",
      madeBy: /must\("setup"/,
    },
  ],
  minimumMiB: 120,
};

const autokuma: ImageFacts = {
  source: "Uptime Kuma 2.5 source and image: Debian slim, no curl",
  user: "0",
  tools: { sh: "shell" },
  listens: () => [],
  needs: ({ env }) => httpNeed(env["AUTOKUMA__KUMA__URL"]),
  minimumMiB: 10,
};

const grafana: ImageFacts = {
  source: "Grafana documentation 13.2: Alpine busybox wget; uid 472 in the image's Dockerfile",
  user: "472",
  tools: { wget: "http", sh: "shell" },
  listens: (run) => [tcp(portOf(run, "GF_SERVER_HTTP_PORT", 3000))],
  // conf/defaults.ini: allow_sign_up of [users] and enabled of [auth.anonymous] are off by default.
  doors: ({ env }) => [
    ...(env["GF_USERS_ALLOW_SIGN_UP"] === "true"
      ? [{ kind: "sign-up" as const, how: "anybody makes an account at its sign-up form" }]
      : []),
    ...(env["GF_AUTH_ANONYMOUS_ENABLED"] === "true"
      ? [{ kind: "sign-up" as const, how: "anybody is let in without an account" }]
      : []),
  ],
  needs: ({ files }) =>
    Object.entries(files)
      .filter(([path]) => path.startsWith("/etc/grafana/provisioning/datasources/"))
      .flatMap(([, content]) => [...content.matchAll(/url:\s*"?(https?:[^\s",}]+)/g)])
      .flatMap(([, url]) => httpNeed(url)),
  minimumMiB: 100,
};

const prometheus: ImageFacts = {
  source: "Prometheus 3.14 image: default image has busybox, runs as nobody",
  user: "65534",
  command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
  tools: { wget: "http", sh: "shell", promtool: "other" },
  listens: (run) => [listenAddress(option(run, "--web.listen-address") ?? "") ?? tcp(9090)],
  problem: (run) => missingFile(run, "--config.file", ["/etc/prometheus/prometheus.yml"]),
  minimumMiB: 60,
};

const nodeExporter: ImageFacts = {
  source: "node-exporter documentation and image: busybox; runs as nobody",
  user: "65534",
  tools: { wget: "http", sh: "shell" },
  listens: (run) => [listenAddress(option(run, "--web.listen-address") ?? "") ?? tcp(9100)],
  problem: (run) => {
    const root = option(run, "--path.rootfs");
    return root !== undefined && !run.isMounted(root)
      ? `--path.rootfs ${root}: nothing is mounted there`
      : undefined;
  },
  minimumMiB: 15,
};

const portainer: ImageFacts = {
  source: "Portainer documentation 2.45: default image has no shell",
  user: "0",
  tools: {},
  listens: () => [tcp(9000), tcp(9443), tcp(8000)],
  minimumMiB: 50,
};

export const MONITORING_IMAGES: readonly ImageEntry[] = [
  {
    repositories: ["louislam/uptime-kuma"],
    tags: /rootless/,
    facts: { ...uptimeKuma, user: "1000" },
  },
  { repositories: ["louislam/uptime-kuma"], facts: uptimeKuma },
  { repositories: ["ghcr.io/bigboot/autokuma"], facts: autokuma },
  { repositories: ["grafana/grafana"], facts: grafana },
  {
    repositories: ["prom/prometheus", "quay.io/prometheus/prometheus"],
    tags: /distroless/,
    facts: { ...prometheus, tools: {} },
  },
  { repositories: ["prom/prometheus", "quay.io/prometheus/prometheus"], facts: prometheus },
  { repositories: ["prom/node-exporter", "quay.io/prometheus/node-exporter"], facts: nodeExporter },
  {
    repositories: ["portainer/portainer-ce"],
    tags: /alpine/,
    facts: { ...portainer, tools: { wget: "http", sh: "shell" } },
  },
  { repositories: ["portainer/portainer-ce"], facts: portainer },
];
