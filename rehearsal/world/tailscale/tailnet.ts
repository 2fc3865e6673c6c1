import type { Device, Machine, TailscaleState, WorldState } from "../state.ts";
import { allows, type Party, partyOf } from "./access.ts";
import { type Policy, parsePolicy } from "./policy.ts";

/** The policy of a new tailnet: everybody reaches everything, and everybody's own devices by SSH. */
export const DEFAULT_POLICY = `// Example/default ACLs for unrestricted connections.
{
	"grants": [
		// Allow all connections.
		{"src": ["*"], "dst": ["*"], "ip": ["*"]},
	],
	"ssh": [
		{"action": "check", "src": ["autogroup:member"], "dst": ["autogroup:self"], "users": ["autogroup:nonroot", "root"]},
	],
}
`;

export function policyInForce(tailscale: TailscaleState): Policy {
  return parsePolicy(tailscale.policy);
}

export function deviceAt(tailscale: TailscaleState, address: string): Device | undefined {
  return Object.values(tailscale.devices).find((device) => device.address === address);
}

export function deviceOf(state: WorldState, machine: Machine): Device | undefined {
  return state.tailscale.devices[machine.deviceId];
}

/** The machine that answers at a tailnet address now: its device is on the tailnet and it is not away. */
export function machineAt(state: WorldState, address: string): Machine | undefined {
  const device = deviceAt(state.tailscale, address);
  if (!device?.online) return undefined;
  return Object.values(state.machines).find((machine) => machine.deviceId === device.id && !machine.away);
}

/** The computer that runs the program: a device of the tailnet's owner, which needs not be listed. */
export function operatorParty(tailscale: TailscaleState): Party {
  return { user: tailscale.operator, tags: [], address: "" };
}

/** Whether the policy in force lets one machine open a TCP connection to a tailnet address of another. */
export function mayConnect(state: WorldState, from: Machine, address: string, port: number): boolean {
  const source = deviceOf(state, from);
  const target = deviceAt(state.tailscale, address);
  if (!source?.online || !target?.online) return false;
  if (source.id === target.id) return true;
  const policy = policyInForce(state.tailscale);
  return allows(policy, state.tailscale.operator, partyOf(source), partyOf(target), "tcp", port);
}

/** The lowest free address of the tailnet, beginning with 100.64.0.1. */
export function freeAddress(tailscale: TailscaleState): string {
  for (let last = 1; ; last += 1) {
    const address = `100.64.${Math.floor(last / 256)}.${last % 256}`;
    if (!deviceAt(tailscale, address)) return address;
  }
}
