import { resolve } from "../../catalogue/text.ts";
import type { Plan } from "../../plan/plan.ts";
import type { StoredResource } from "../../rehearsal/engine/state.ts";
import type { CloudflareFound, HetznerFound, TailscaleFound } from "../inventory/inventory.ts";
import { kinds } from "../stack/kinds.ts";
import { type Finding, undeclared } from "./finding.ts";
import { idsOf, urnOf } from "./state.ts";

export function strangersAtCloudflare(
  found: CloudflareFound,
  resources: readonly StoredResource[],
  plan: Plan,
): Finding[] {
  const { zoneId } = plan.edge.settings;
  const ids = idsOf(resources);
  const stack = plan.hub.name;
  return [
    ...found.records
      .filter(({ id }) => !ids(kinds.record).has(id))
      .map(({ id, name, type, content }) =>
        undeclared(
          "record",
          "Cloudflare",
          { name, id },
          {
            text: `DNS record ${name} ${type} ${content}`,
            repair: `delete it in Cloudflare's dashboard (DNS, Records, ${name})`,
            adopt: `npx pulumi import --stack ${stack} ${kinds.record} dns-${name.split(".")[0]} ${zoneId}/${id}, and add it to the program`,
          },
        ),
      ),
    ...found.tunnels
      .filter(({ id, deletedAt }) => deletedAt === "" && !ids(kinds.tunnel).has(id))
      .map(({ id, name, routes }) =>
        undeclared(
          "tunnel",
          "Cloudflare",
          { name, id },
          {
            text: `tunnel ${name}${routes.length > 0 ? ` with routes for ${routes.map(({ hostname }) => hostname).join(", ")}` : ""}`,
            repair: `delete it in Cloudflare's dashboard (Zero Trust, Networks, Tunnels, ${name})`,
          },
        ),
      ),
    ...found.tunnels
      .filter(({ id, deletedAt }) => deletedAt !== "" && ids(kinds.tunnel).has(id))
      .map(({ id, name, deletedAt }) => ({
        id: `Cloudflare/tunnel/${id}`,
        kind: "declared" as const,
        what: "tunnel",
        name,
        // The API goes on answering for it, so a refresh calls it unchanged.
        text: `was deleted by hand at ${deletedAt}; no connector can use it any more`,
        repair: `npx pulumi up --stack ${stack} --ignore-protect --target-dependents --target-replace '${urnOf(resources, id)}'`,
      })),
  ];
}

export function strangersAtHetzner(found: HetznerFound, resources: readonly StoredResource[]): Finding[] {
  const ids = idsOf(resources);
  const list = (
    what: "server" | "firewall" | "ssh-key" | "address",
    type: string,
    things: readonly { readonly id: string; readonly name: string }[],
    command: string,
  ) =>
    things
      .filter(({ id }) => !ids(type).has(id))
      .map(({ id, name }) =>
        undeclared(
          what,
          "Hetzner",
          { name, id },
          { text: `${what} ${name} at Hetzner`, repair: `hcloud ${command} delete ${id}` },
        ),
      );
  return [
    ...list("server", kinds.server, found.servers, "server"),
    ...list("firewall", kinds.firewall, found.firewalls, "firewall"),
    ...list("ssh-key", kinds.sshKey, found.sshKeys, "ssh-key"),
    ...list("address", kinds.primaryIp, found.primaryIps, "primary-ip"),
  ];
}

const SOON_DAYS = 14;

/** @param now ISO time */
export function strangersOnTailnet(
  found: TailscaleFound,
  resources: readonly StoredResource[],
  plan: Plan,
  now: string,
): Finding[] {
  const ids = idsOf(resources);
  const addresses = new Set(plan.hosts.map(({ address }) => resolve(address, () => "")));
  const { hub } = plan;
  const isOurs = ({ name, address }: TailscaleFound["devices"][number]) =>
    addresses.has(address) || (typeof hub.address !== "string" && name === hub.name);
  const soon = new Date(Date.parse(now) + SOON_DAYS * 86_400_000).toISOString();
  return [
    ...found.devices
      .filter((device) => !isOurs(device))
      .map(({ id, name, address, tags }) =>
        undeclared(
          "device",
          "tailnet",
          { name, id },
          {
            text: `device ${name} (${address}${tags.length > 0 ? `, ${tags.join(", ")}` : ""}) on the tailnet`,
            repair: `remove it at https://login.tailscale.com/admin/machines/${address}`,
          },
        ),
      ),
    ...found.keys
      .filter(({ id, expires }) => !ids(kinds.joinKey).has(id) && (expires === "" || expires > now))
      .map(({ id, description }) =>
        undeclared(
          "join-key",
          "tailnet",
          { name: description === "" ? id : description, id },
          {
            text: `join key ${id}${description === "" ? "" : ` (${description})`}: whoever has it can add a device`,
            repair: "revoke it at https://login.tailscale.com/admin/settings/keys",
          },
        ),
      ),
    ...found.devices
      .filter((device) => isOurs(device) && device.keyExpires !== "" && device.keyExpires < soon)
      .map(({ id, name, keyExpires }) => ({
        id: `tailnet/key-expiry/${id}`,
        kind: "declared" as const,
        what: "node key",
        name,
        text: `${keyExpires <= now ? "expired" : "expires"} at ${keyExpires}; then the host is off the tailnet`,
        repair: `on ${name}: tailscale up --force-reauth; then disable key expiry for it at https://login.tailscale.com/admin/machines`,
      })),
  ];
}
