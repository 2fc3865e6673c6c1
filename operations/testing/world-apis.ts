import type { Inventory } from "../inventory/inventory.ts";
import type { Answer, Request } from "./api-server.ts";

/** What the APIs of a simulated world know of whoever asks. */
export interface Accounts {
  readonly cloudflareTokens: readonly string[];
  readonly hetznerTokens: readonly string[];
  readonly oauthClients: readonly { readonly id: string; readonly secret: string }[];
}

const BEARER = "a-bearer-of-the-tailnet";

/**
 * The three accounts over HTTP as their makers document it, below `/cloudflare`, `/hetzner` and `/tailscale`, so that
 * the real adapters can be asked about a simulated world.
 */
export async function accountsAnswer(
  inventory: Inventory,
  known: Accounts,
  request: Request,
): Promise<Answer> {
  const [, account = "", path = ""] = /^\/(\w+)(\/.*)$/.exec(request.path) ?? [];
  const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  if (account === "cloudflare") {
    if (!known.cloudflareTokens.includes(token)) return { status: 403, json: { success: false } };
    return cloudflareAnswer(inventory, path);
  }
  if (account === "hetzner") {
    if (!known.hetznerTokens.includes(token))
      return { status: 401, json: { error: { code: "unauthorized" } } };
    return hetznerAnswer(inventory, path);
  }
  if (account === "tailscale") {
    if (path === "/api/v2/oauth/token") return bearer(known, new URLSearchParams(request.body));
    if (token !== BEARER) return { status: 401, json: { message: "API token invalid" } };
    return tailscaleAnswer(inventory, path, request.query.get("all") === "true");
  }
  return nothing;
}

const nothing: Answer = { status: 404, json: { message: "not found" } };

async function cloudflareAnswer(inventory: Inventory, path: string): Promise<Answer> {
  const { records, tunnels, rules } = await inventory.cloudflare();
  const listed = (result: readonly unknown[]) => ({
    json: { result, result_info: { page: 1, per_page: 100, total_count: result.length } },
  });
  if (path.endsWith("/dns_records")) return listed(records);
  if (path.endsWith("/cfd_tunnel"))
    return listed(tunnels.map(({ id, name, deletedAt }) => ({ id, name, deleted_at: deletedAt || null })));
  const rulesets = Map.groupBy(rules, ({ rulesetId }) => rulesetId);
  if (path.endsWith("/rulesets"))
    return {
      json: {
        result: [
          { id: "managed", kind: "managed", phase: "ddos_l7" },
          ...[...rulesets].map(([id, [rule]]) => ({ id, kind: "zone", phase: rule?.phase })),
        ],
      },
    };
  const ofRuleset = [...rulesets].find(([id]) => path.endsWith(`/rulesets/${id}`));
  if (ofRuleset !== undefined) return { json: { result: { id: ofRuleset[0], rules: ofRuleset[1] } } };
  const tunnel = tunnels.find(({ id }) => path.endsWith(`/cfd_tunnel/${id}/configurations`));
  if (tunnel === undefined) return nothing;
  return { json: { result: { config: { ingress: [...tunnel.routes, { service: "http_status:404" }] } } } };
}

/** Euro, VAT included, as the list gives them for every type and location. */
const prices = [
  { name: "cpx21", prices: [{ location: "hil", price_monthly: { gross: "9.9900" } }] },
  { name: "cpx31", prices: [{ location: "hil", price_monthly: { gross: "18.5900" } }] },
];

async function hetznerAnswer(inventory: Inventory, path: string): Promise<Answer> {
  const { servers, firewalls, sshKeys, primaryIps } = await inventory.hetzner();
  const lists: Readonly<Record<string, object>> = {
    "/servers": {
      servers: servers.map(({ id, name }) => ({ id: Number(id), name, status: "running" })),
    },
    "/firewalls": { firewalls: firewalls.map(({ id, name }) => ({ id: Number(id), name })) },
    "/ssh_keys": {
      ssh_keys: sshKeys.map(({ id, name, publicKey }) => ({ id: Number(id), name, public_key: publicKey })),
    },
    "/primary_ips": {
      primary_ips: primaryIps.map(({ id, name, serverId }) => ({
        id: Number(id),
        name,
        assignee_id: serverId === "" ? null : Number(serverId),
        assignee_type: "server",
      })),
    },
    "/pricing": { pricing: { currency: "EUR", server_types: prices } },
  };
  const json = lists[path];
  return json === undefined ? nothing : { json: { ...json, meta: { pagination: { next_page: null } } } };
}

function bearer({ oauthClients }: Accounts, form: URLSearchParams): Answer {
  const isKnown = oauthClients.some(
    ({ id, secret }) => id === form.get("client_id") && secret === form.get("client_secret"),
  );
  return isKnown ? { json: { access_token: BEARER } } : { status: 401, json: { message: "unauthorized" } };
}

/** @param all whether a token of an OAuth client sees every key, or the OAuth clients only */
async function tailscaleAnswer(inventory: Inventory, path: string, all: boolean): Promise<Answer> {
  const { devices, keys } = await inventory.tailscale();
  const answers: Readonly<Record<string, unknown>> = {
    "/api/v2/tailnet/-/devices": {
      devices: devices.map(({ id, name, address, tags, keyExpires }) => ({
        nodeId: id,
        hostname: name,
        addresses: address === "" ? [] : [address],
        tags,
        keyExpiryDisabled: keyExpires === "",
        expires: keyExpires,
      })),
    },
    "/api/v2/tailnet/-/keys": {
      keys: [
        { id: "kClient", keyType: "client" },
        ...(all ? keys.map((key) => ({ ...key, keyType: "auth" })) : []),
      ],
    },
  };
  return path in answers ? { json: answers[path] } : nothing;
}

/** One host's Docker over its API. */
export async function dockerAnswer(inventory: Inventory, host: string, path: string): Promise<Answer> {
  const { containers, networks, volumes } = await inventory.docker(host);
  if (path === "/containers/json")
    return {
      json: containers.map(({ id, name, image, running, ports, volumes: mounted }) => ({
        Id: id,
        Names: [`/${name}`],
        Image: image,
        State: running ? "running" : "exited",
        Ports: ports.map(({ address, port, protocol }) => ({
          IP: address,
          PublicPort: port,
          Type: protocol,
        })),
        Mounts: mounted.map((Name) => ({ Type: "volume", Name })),
      })),
    };
  if (path === "/networks")
    return {
      json: networks.map(({ id, name, subnet }) => ({
        Id: id,
        Name: name,
        IPAM: { Config: [{ Subnet: subnet }] },
      })),
    };
  if (path === "/volumes") return { json: { Volumes: volumes.map(({ name }) => ({ Name: name })) } };
  return nothing;
}
