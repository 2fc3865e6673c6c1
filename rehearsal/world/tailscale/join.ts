import type { TailnetKey, WorldState } from "../state.ts";
import { ownsTag } from "./access.ts";
import { freeAddress, policyInForce } from "./tailnet.ts";

function refusal(state: WorldState, key: TailnetKey | undefined): string | undefined {
  if (!key) return "the key in the user data is none of this tailnet's";
  if (key.revoked) return `the key ${key.id} was revoked`;
  if (key.expiresAt <= state.clock) return `the key ${key.id} expired at ${key.expiresAt}`;
  if (!key.reusable && key.uses > 0) return `the one-time key ${key.id} was used already`;
  const policy = policyInForce(state.tailscale);
  const unowned = key.tags.find((tag) => !ownsTag(policy, state.tailscale.operator, tag));
  if (unowned) return `the policy has no owner for ${unowned}, which the key ${key.id} hands out`;
  return undefined;
}

/**
 * A machine runs `tailscale up --authkey=…` (the form of the key: `tskey-auth-…`).
 * @returns the new device's id, or why it could not join.
 */
export function joinTailnet(
  state: WorldState,
  { authKey, hostname, nodeId }: { authKey: string; hostname: string; nodeId: string },
): { deviceId: string } | { problem: string } {
  const key = Object.values(state.tailscale.keys).find((entry) => entry.key === authKey);
  const problem = refusal(state, key);
  if (problem || !key) return { problem: problem ?? "no key" };
  key.uses += 1;
  state.tailscale.devices[nodeId] = {
    id: nodeId,
    hostname,
    address: freeAddress(state.tailscale),
    user: key.tags.length > 0 ? "" : state.tailscale.operator,
    tags: key.tags,
    online: true,
    // A tagged device's key does not expire.
    keyExpiryDisabled: key.tags.length > 0,
    createdAt: state.clock,
    joinedWith: key.id,
  };
  return { deviceId: nodeId };
}
