import { checkWith } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/** Connector of the one tunnel: the same token on every host, no open port anywhere. */
export const cloudflared: Service = {
  name: "cloudflared",
  image: { reference: "cloudflare/cloudflared:2026.10.0" },
  runsOn: "every host",
  port: 20241,
  connector: true,
  // Its numbers, which every Prometheus needs to count the connectors.
  tailnetPorts: [{ port: 20241, reachedBy: "hosts" }],
  sso: { kind: "none", why: "has no pages" },
  // `ready` answers only with at least one connection to the edge, and needs the address of the metrics.
  health: () =>
    checkWith(["cloudflared", "tunnel", "--metrics", "127.0.0.1:20241", "ready"], { start: "20s" }),
  memory: { limit: 96, typical: 25 },
  data: { placement: "none", writable: false, what: "nothing" },
  command: () => ["tunnel", "--metrics", "0.0.0.0:20241", "run"],
  // Not `--token`: the command line is readable by everyone on the host.
  environment: () => ({ TUNNEL_TOKEN: text`${secret("edge.tunnelToken")}` }),
};
