import { z } from "zod";
import { ApiError, UnreachableError } from "./answers.ts";
import { type Api, getJson } from "./http.ts";
import type { TailscaleFound } from "./inventory.ts";

export interface TailscaleAccess {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly baseUrl?: string | undefined;
}

const devices = z.object({
  devices: z.array(
    z.object({
      nodeId: z.string(),
      hostname: z.string(),
      addresses: z.array(z.string()).default([]),
      tags: z.array(z.string()).default([]),
      keyExpiryDisabled: z.boolean().default(false),
      expires: z.string().default(""),
    }),
  ),
});
const keys = z.object({
  keys: z.array(
    z.object({
      id: z.string(),
      description: z.string().default(""),
      /** `auth` adds devices; `client`, `api` and `federated` log in to the API. */
      keyType: z.string(),
      expires: z.string().default(""),
      revoked: z.string().default(""),
      invalid: z.boolean().default(false),
    }),
  ),
});

/** The tailnet that the OAuth client belongs to. Reads only: scopes devices:core:read, auth_keys:read. */
export async function tailscaleInventory(access: TailscaleAccess): Promise<TailscaleFound> {
  const baseUrl = access.baseUrl ?? "https://api.tailscale.com";
  const token = await accessToken(access, baseUrl);
  const api: Api = {
    name: "Tailscale",
    baseUrl: `${baseUrl}/api/v2`,
    headers: { authorization: `Bearer ${token}`, accept: "application/json" },
  };
  const [foundDevices, foundKeys] = await Promise.all([
    getJson(api, "/tailnet/-/devices"),
    // Without `all`, a token of an OAuth client sees nothing but OAuth clients.
    getJson(api, "/tailnet/-/keys?all=true"),
  ]);
  return {
    devices: devices.parse(foundDevices).devices.map((device) => ({
      id: device.nodeId,
      name: device.hostname,
      address: device.addresses.find((address) => !address.includes(":")) ?? "",
      tags: device.tags,
      // A device whose key does not expire has a date all the same.
      keyExpires: device.keyExpiryDisabled ? "" : device.expires,
    })),
    keys: keys
      .parse(foundKeys)
      .keys.filter(({ keyType, revoked, invalid }) => keyType === "auth" && revoked === "" && !invalid)
      .map(({ id, description, expires }) => ({ id, description, expires })),
  };
}

async function accessToken({ clientId, clientSecret }: TailscaleAccess, baseUrl: string): Promise<string> {
  const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret });
  const response = await fetch(`${baseUrl}/api/v2/oauth/token`, {
    method: "POST",
    body,
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    throw new UnreachableError(
      `Tailscale does not answer at ${baseUrl}: ${error instanceof Error ? error.message : error}`,
    );
  });
  if (response.status >= 500)
    throw new UnreachableError(`Tailscale answers ${response.status} to the OAuth client`);
  if (!response.ok) {
    throw new ApiError(
      `Tailscale answers ${response.status} to the OAuth client: its id (kitestacks:tailnet.oauthClientId) or secret is wrong or revoked`,
      response.status,
    );
  }
  return z.object({ access_token: z.string() }).parse(await response.json()).access_token;
}
