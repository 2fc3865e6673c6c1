import type { HostSettings, Settings } from "../settings/settings.ts";
import type { MachineOptions, WorldOptions } from "./world/options.ts";
import { defaultPolicyWithTag } from "./world/tailscale/tailnet.ts";

/** The world as the settings find it before the first `up`: accounts, and the machines that exist already. */
export function outsideWorld(
  settings: Settings,
  secrets: Readonly<Record<string, string>>,
  projectDir: string,
): WorldOptions {
  const { site, edge, tailnet, server } = settings;
  const given = (key: string) => (secrets[key] === undefined ? [] : [secrets[key]]);
  return {
    seed: `${site.domain} ${settings.hosts.map(({ name }) => name).join(" ")}`,
    projectDir,
    machines: settings.hosts
      .filter(({ role }) => role === "member" || server.mode !== "create")
      .map((host) => machine(host)),
    cloudflare: {
      accounts: [{ id: edge.accountId, zones: [{ id: edge.zoneId, name: site.domain }] }],
      apiTokens: given("cloudflareApiToken"),
    },
    hetzner: { tokens: given("hcloudToken") },
    tailscale: {
      // A client that makes the join key of a new VPS has the tag that the key hands out.
      oauthClients: given("tailscaleOauthSecret").map((secret) => ({
        id: tailnet.oauthClientId,
        secret,
        tags: server.mode === "create" ? [tailnet.tag] : [],
      })),
      ...(tailnet.policy === "adopt" && { policy: defaultPolicyWithTag(tailnet.tag) }),
    },
  };
}

function machine({ name, tailnetAddress = "", docker, ramMiB, swapMiB }: HostSettings): MachineOptions {
  return {
    name,
    tailnetAddress,
    docker: docker.kind === "socket" ? docker.url : `ssh://${docker.user}@${tailnetAddress}`,
    ramMiB,
    swapMiB,
  };
}
