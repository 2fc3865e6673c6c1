import { ProviderError } from "../../provider/provider.ts";
import type { WorldState } from "../state.ts";

export function account(state: WorldState, id: string): { id: string } {
  const found = state.cloudflare.accounts[id];
  if (!found)
    throw new ProviderError(`403 Forbidden: the API token has no access to account ${id || "(none)"} (9109)`);
  return found;
}

export function zone(state: WorldState, id: string): { id: string; name: string; accountId: string } {
  for (const account of Object.values(state.cloudflare.accounts)) {
    const found = account.zones[id];
    if (found) return { ...found, accountId: account.id };
  }
  throw new ProviderError(`403 Forbidden: the API token has no access to zone ${id || "(none)"} (9109)`);
}
