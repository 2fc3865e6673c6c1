import type { Environment } from "../../settings/settings.ts";

/** Where the accounts' APIs answer; left out, at their makers'. */
export interface ApiAddresses {
  readonly cloudflare?: string;
  readonly hetzner?: string;
  readonly tailscale?: string;
}

/** As the providers themselves take another address, by their own variables. */
export function apiAddresses(environment: Environment): ApiAddresses {
  const { CLOUDFLARE_BASE_URL, HCLOUD_ENDPOINT, TAILSCALE_BASE_URL } = environment;
  return {
    ...(CLOUDFLARE_BASE_URL && { cloudflare: CLOUDFLARE_BASE_URL }),
    ...(HCLOUD_ENDPOINT && { hetzner: HCLOUD_ENDPOINT }),
    ...(TAILSCALE_BASE_URL && { tailscale: TAILSCALE_BASE_URL }),
  };
}
