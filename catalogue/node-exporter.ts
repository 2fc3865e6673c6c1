import { wget } from "./health.ts";
import type { Service } from "./service.ts";
import { text } from "./text.ts";

/** The host's numbers for every Prometheus, on the tailnet address only: it asks nobody for a password. */
export const nodeExporter: Service = {
  name: "node-exporter",
  image: { reference: "prom/node-exporter:v1.12.1" },
  runsOn: "every host",
  port: 9100,
  network: "host",
  tailnetPorts: [{ port: 9100, reachedBy: "hosts" }],
  sso: { kind: "none", why: "Prometheus alone uses it" },
  health: ({ host }) => wget(text`http://${host.address}:9100/`, { start: "5s" }),
  memory: { limit: 64, typical: 20 },
  data: { placement: "none", writable: false, what: "numbers of the moment" },
  hostPaths: () => [{ hostPath: "/", path: "/host", propagation: "rslave" }],
  command: ({ host }) => ["--path.rootfs=/host", text`--web.listen-address=${host.address}:9100`],
};
