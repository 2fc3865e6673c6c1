import type { HostFacts } from "./facts.ts";
import { wget } from "./health.ts";
import type { Service } from "./service.ts";
import { joinTexts, secret, type Text, text } from "./text.ts";

const port = 8000;

/**
 * Serves the portal with the host's true numbers, so it shares the host's network and process namespaces.
 * It listens on the bridge's gateway for the portal and on the tailnet address for the other hosts.
 */
export const metricsApi: Service = {
  name: "kitestacks-metrics-api",
  image: { build: "metrics-api", baseArgument: "NODE_IMAGE", base: "node:24.21.0-alpine" },
  runsOn: "every host",
  port,
  network: "host",
  tailnetPorts: [{ port, reachedBy: "hosts" }],
  sso: { kind: "none", why: "reached through the portal's /api/ only" },
  health: ({ settings }) => wget(`http://${settings.network.gateway}:${port}/api/health`, { start: "10s" }),
  memory: { limit: 128, typical: 60 },
  data: { placement: "none", writable: false, what: "numbers of the moment" },
  hostPaths: () => [{ hostPath: "/", path: "/host", propagation: "rslave" }],
  environment: ({ settings, host, hosts, url }) => ({
    HOST_NAME: host.name,
    HOST_ROOT: "/host",
    LISTEN: text`${settings.network.gateway}:${port},${host.address}:${port}`,
    PEERS: joinTexts(
      hosts
        .filter((peer) => peer.name !== host.name)
        .map((peer) => text`${peer.name}=http://${peer.address}:${port}`),
      ",",
    ),
    TRUSTED_PROXIES: settings.network.subnet,
    FORGEJO_URL: text`http://${addressIn(hosts, settings.site.activityHost)}:3000`,
    FORGEJO_PUBLIC_URL: url("forgejo"),
    // Without a token it lists what is public. Whoever gives one was told that the public page then shows it all.
    ...(settings.providedSecrets.includes("forgejoToken") && {
      FORGEJO_TOKEN: text`${secret("provided.forgejoToken")}`,
      FORGEJO_SHOW_PRIVATE: "true",
    }),
    ...(settings.site.weatherPlace === undefined ? {} : { WEATHER_PLACE: settings.site.weatherPlace }),
  }),
};

function addressIn(hosts: readonly HostFacts[], name: string): Text {
  const host = hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`site.activityHost names ${name}, which has no stack file.`);
  return host.address;
}
