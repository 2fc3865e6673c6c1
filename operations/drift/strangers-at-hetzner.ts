import type { Plan } from "../../plan/plan.ts";
import type { StoredResource } from "../../rehearsal/engine/state.ts";
import type { HetznerFound } from "../inventory/inventory.ts";
import { withoutComment } from "../inventory/public-key.ts";
import { kinds } from "../stack/kinds.ts";
import { type Finding, undeclared } from "./finding.ts";
import { idsOf } from "./state.ts";

export function strangersAtHetzner(
  { servers, firewalls, sshKeys, primaryIps }: HetznerFound,
  resources: readonly StoredResource[],
  { server }: Plan,
): Finding[] {
  const ids = idsOf(resources);
  // Hetzner makes them with a server, and they are nobody's resource where the server was adopted.
  const addresses = primaryIps.filter(({ serverId }) => !ids(kinds.server).has(serverId));
  const isAdopted = server.mode === "adopt";
  const named = isAdopted ? server.sshKeys.map(withoutComment) : [];
  const keys = sshKeys.filter(({ publicKey }) => !named.includes(withoutComment(publicKey)));
  const list = (
    what: "server" | "firewall" | "ssh-key" | "address",
    type: string,
    things: readonly { readonly id: string; readonly name: string }[],
    ways: (id: string) => { readonly repair: string; readonly adopt?: string },
  ) =>
    things
      .filter(({ id }) => !ids(type).has(id))
      .map(({ id, name }) =>
        undeclared(what, "Hetzner", { name, id }, { text: `${what} ${name} at Hetzner`, ...ways(id) }),
      );
  return [
    ...list("server", kinds.server, servers, (id) => ({ repair: `hcloud server delete ${id}` })),
    ...list("firewall", kinds.firewall, firewalls, (id) => ({ repair: `hcloud firewall delete ${id}` })),
    ...list("ssh-key", kinds.sshKey, keys, (id) => ({
      repair: `hcloud ssh-key delete ${id}   (a machine that was made with it keeps it)`,
      ...(isAdopted && { adopt: "by adding its public key to `sshKeys` in kitestacks:server" }),
    })),
    ...list("address", kinds.primaryIp, addresses, (id) => ({ repair: `hcloud primary-ip delete ${id}` })),
  ];
}
