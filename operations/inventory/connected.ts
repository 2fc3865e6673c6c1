import { resolve } from "../../catalogue/text.ts";
import { hostOf } from "../../plan/make-plan.ts";
import type { Plan } from "../../plan/plan.ts";
import { waysToGive } from "../../settings/keys.ts";
import type { ApiAddresses } from "./addresses.ts";
import { cloudflareInventory } from "./cloudflare.ts";
import { dockerInventory } from "./docker.ts";
import { hetznerInventory } from "./hetzner.ts";
import type { Inventory } from "./inventory.ts";
import { tailscaleInventory } from "./tailscale.ts";

/** A secret that the look needs was given neither to the stack nor to the environment. */
class MissingSecretError extends Error {
  readonly exitCode = 64;
}

/**
 * The real thing, with the credentials that the hub's stack or the environment holds.
 * @param secrets their values by key; a member has none, and only its Docker is asked
 * @param hubAddress the hub's tailnet address, where only its outputs know it
 */
export function realInventory(
  plan: Plan,
  secrets: Readonly<Record<string, string>>,
  hubAddress: () => Promise<string>,
  addresses: ApiAddresses,
): Inventory {
  const secret = (key: string) => {
    const value = secrets[key];
    if (value !== undefined) return value;
    throw new MissingSecretError(`kitestacks:${key} is missing: ${waysToGive(key, plan.hub.name)}`);
  };
  const { accountId, zoneId } = plan.edge.settings;
  return {
    docker: async (host) => {
      const { docker, address } = hostOf(plan, host);
      const known = typeof address === "string" ? resolve(address, () => "") : await hubAddress();
      return dockerInventory({ host, connection: docker, address: known });
    },
    cloudflare: async () =>
      cloudflareInventory({
        token: secret("cloudflareApiToken"),
        accountId,
        zoneId,
        baseUrl: addresses.cloudflare,
      }),
    hetzner: async () => hetznerInventory({ token: secret("hcloudToken"), baseUrl: addresses.hetzner }),
    tailscale: async () =>
      tailscaleInventory({
        clientId: plan.settings.tailnet.oauthClientId,
        clientSecret: secret("tailscaleOauthSecret"),
        baseUrl: addresses.tailscale,
      }),
  };
}
