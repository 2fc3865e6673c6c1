import { resolve } from "../../catalogue/text.ts";
import { joinName } from "../../plan/joined-device.ts";
import type { Plan } from "../../plan/plan.ts";
import type { StoredResource } from "../../rehearsal/engine/state.ts";
import type { TailscaleFound } from "../inventory/inventory.ts";
import { kinds } from "../stack/kinds.ts";
import { type Finding, undeclared } from "./finding.ts";
import { idsOf } from "./state.ts";

const SOON_DAYS = 14;

export interface TailnetWithin {
  readonly plan: Plan;
  /** The hub's address as its stack put it out; "" before its first `up`. */
  readonly hubAddress: string;
  /** ISO time. */
  readonly now: string;
}

export function strangersOnTailnet(
  found: TailscaleFound,
  resources: readonly StoredResource[],
  { plan, hubAddress, now }: TailnetWithin,
): Finding[] {
  const ids = idsOf(resources);
  const addresses = plan.hosts.map(({ address }) => resolve(address, () => hubAddress));
  // A machine chooses its name itself, and several may have the same: a name counts only while there is no address.
  const keys = [...ids(kinds.joinKey)].filter((id) => id !== undefined);
  const names = [plan.hub.name, ...keys.map((key) => joinName(plan.hub.name, key))];
  const isOurs = ({ name, address }: TailscaleFound["devices"][number]) =>
    (address !== "" && addresses.includes(address)) ||
    (names.includes(name) && resolve(plan.hub.address, () => hubAddress) === "");
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
