import { ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { list, number, sameSet } from "../kit/values.ts";
import type { Server } from "../state.ts";
import type { Workings } from "../workings.ts";

/** Puts a firewall before servers that somebody else's resource, or nobody's, describes. Its id is the firewall's. */
export function firewallAttachmentKind({ state }: Workings): ResourceKind {
  const { firewalls, servers } = state.hetzner;
  const attached = (firewallId: string): Server[] =>
    Object.values(servers).filter((server) => server.firewallIds.includes(firewallId));
  const put = (firewallId: string, serverIds: string[]): void => {
    if (!firewalls[firewallId]) throw new ProviderError(`firewall ${firewallId} not found (not_found)`);
    const missing = serverIds.find((id) => !servers[id]);
    if (missing !== undefined) throw new ProviderError(`server with ID '${missing}' not found (not_found)`);
    for (const server of Object.values(servers)) {
      const others = server.firewallIds.filter((id) => id !== firewallId);
      server.firewallIds = serverIds.includes(server.id) ? [...others, firewallId].sort() : others;
    }
  };
  return {
    schema: {
      inputs: {
        firewallId: { required: true, replaces: true },
        serverIds: { same: sameSet },
        labelSelectors: { same: sameSet },
      },
      outputs: [],
    },
    create({ inputs }) {
      const firewallId = String(number(inputs["firewallId"]));
      put(firewallId, list(inputs["serverIds"]).map(String));
      return { id: firewallId, outputs: {} };
    },
    read({ id }) {
      const serverIds = attached(id).map((server) => Number(server.id));
      return firewalls[id] && serverIds.length > 0
        ? { outputs: { firewallId: Number(id), serverIds } }
        : undefined;
    },
    update({ id, news }) {
      put(id, list(news["serverIds"]).map(String));
      return { outputs: {} };
    },
    delete({ id }) {
      for (const server of attached(id)) server.firewallIds = server.firewallIds.filter((one) => one !== id);
    },
  };
}
