import { ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { list } from "../kit/values.ts";
import type { Server } from "../state.ts";
import type { Workings } from "../workings.ts";

/** Puts a firewall before servers that this program did not make. Its id is the firewall's. */
export function firewallAttachmentKind({ state }: Workings): ResourceKind {
  const { firewalls, servers } = state.hetzner;
  const behind = (firewallId: string): Server[] =>
    Object.values(servers).filter(({ firewallIds }) => firewallIds.includes(firewallId));
  const attach = (firewallId: string, ids: readonly string[]): void => {
    if (!firewalls[firewallId]) throw new ProviderError(`firewall ${firewallId} not found (not_found)`);
    const unknown = ids.find((id) => !servers[id]);
    if (unknown !== undefined) throw new ProviderError(`server ${unknown} not found (not_found)`);
    for (const server of Object.values(servers)) {
      const others = server.firewallIds.filter((id) => id !== firewallId);
      server.firewallIds = ids.includes(server.id) ? [...others, firewallId] : others;
    }
  };
  return {
    schema: {
      inputs: {
        firewallId: { required: true, replaces: true },
        serverIds: { unordered: true },
        labelSelectors: { unordered: true },
      },
      outputs: [],
    },
    create({ inputs }) {
      const id = String(inputs["firewallId"]);
      attach(id, list(inputs["serverIds"]).map(String));
      return { id, outputs: {} };
    },
    read({ id }) {
      const attached = behind(id).map((server) => Number(server.id));
      return attached.length > 0 ? { outputs: { firewallId: Number(id), serverIds: attached } } : undefined;
    },
    update({ id, news }) {
      attach(id, list(news["serverIds"]).map(String));
      return { outputs: {} };
    },
    delete({ id }) {
      attach(id, []);
    },
  };
}
