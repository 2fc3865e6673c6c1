import type { Device, Machine, TailscaleState, WorldState } from "../state.ts";
import { allows, type Party, partyOf, sshDecision } from "./access.ts";
import { parsePolicy } from "./policy.ts";
import type { Policy } from "./policy-parts.ts";

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

/** The same after a person defined a tag, which an OAuth client that makes join keys needs first. */
export const defaultPolicyWithTag = (tag: string): string =>
  DEFAULT_POLICY.replace("{\n", `{\n\t"tagOwners": {"${tag}": ["autogroup:admin"]},\n`);

export function policyInForce(tailscale: TailscaleState): Policy {
  return parsePolicy(tailscale.policy);
}

function deviceAt(tailscale: TailscaleState, address: string): Device | undefined {
  return Object.values(tailscale.devices).find((device) => device.address === address);
}

export function deviceOf(state: WorldState, machine: Machine): Device | undefined {
  return state.tailscale.devices[machine.deviceId];
}

/** A person's device must be logged in again after 180 days, unless its key expiry is switched off. */
const KEY_LIFETIME_DAYS = 180;

export function isOnline(state: WorldState, device: Device | undefined): device is Device {
  if (!device?.online) return false;
  const days = (Date.parse(state.clock) - Date.parse(device.createdAt)) / 86_400_000;
  return device.keyExpiryDisabled || days < KEY_LIFETIME_DAYS;
}

/** The machine that answers at a tailnet address now: its device is on the tailnet and it is not away. */
export function machineAt(state: WorldState, address: string): Machine | undefined {
  const device = deviceAt(state.tailscale, address);
  if (!isOnline(state, device)) return undefined;
  return Object.values(state.machines).find((machine) => machine.deviceId === device.id && !machine.away);
}

/** Whether the policy in force lets one machine open a TCP connection to a tailnet address of another. */
export function mayConnect(state: WorldState, from: Machine, address: string, port: number): boolean {
  const source = deviceOf(state, from);
  const target = deviceAt(state.tailscale, address);
  if (!isOnline(state, source) || !isOnline(state, target)) return false;
  if (source.id === target.id) return true;
  const policy = policyInForce(state.tailscale);
  return allows(policy, state.tailscale.operator, partyOf(source), partyOf(target), "tcp", port);
}

const SSH_PORT = 22;

function publicSsh(state: WorldState, address: string): Machine | undefined {
  const server = Object.values(state.hetzner.servers).find((one) => one.ipv4 === address);
  const rules = server?.firewallIds.flatMap((id) => state.hetzner.firewalls[id]?.rules ?? []) ?? [];
  const covers = (port: string): boolean => {
    const [first = 0, last = first] = port.split("-").map(Number);
    return port === "any" || (SSH_PORT >= first && SSH_PORT <= last);
  };
  const isOpen =
    server?.firewallIds.length === 0 ||
    rules.some((rule) => rule.direction === "in" && rule.protocol === "tcp" && covers(rule.port));
  return Object.values(state.machines).find(
    (machine) => isOpen && machine.serverId === server?.id && !machine.away,
  );
}

/** Why the SSH server of a machine does not let a user in, or undefined. */
function loginProblem(
  state: WorldState,
  machine: Machine,
  device: Device | undefined,
  user: string,
): string | undefined {
  if (machine.login === "keys") return undefined;
  if (machine.login === "none" || !device)
    return "Permission denied (publickey): nobody's SSH key was put on this machine";
  const { operator } = state.tailscale;
  const person: Party = { user: operator, tags: [], address: "" };
  switch (sshDecision(policyInForce(state.tailscale), operator, person, partyOf(device), user)) {
    case "accept":
      return undefined;
    case "check":
      return "Tailscale SSH requires an additional check, which a program cannot answer: the rule's action must be accept";
    default:
      return `tailnet policy does not permit you to SSH to this node as ${user}`;
  }
}

/**
 * The machine on which the person who runs the program (the tailnet's owner, on a device of their own) gets an SSH
 * session as `user`: over the tailnet if the policy lets them, or at a public address that a firewall opens.
 */
export function sshTo(state: WorldState, address: string, user: string): Machine | { problem: string } {
  const timeout = `ssh: connect to host ${address} port ${SSH_PORT}: Connection timed out`;
  const open = publicSsh(state, address);
  const machine = open ?? machineAt(state, address);
  const device = deviceAt(state.tailscale, address);
  if (!machine) return { problem: timeout };
  const { operator } = state.tailscale;
  const person: Party = { user: operator, tags: [], address: "" };
  const policy = policyInForce(state.tailscale);
  if (device && !allows(policy, operator, person, partyOf(device), "tcp", SSH_PORT)) {
    return { problem: `${timeout} (the tailnet policy does not let its owner reach this port)` };
  }
  const problem = loginProblem(state, machine, device, user);
  return problem === undefined ? machine : { problem: `${user}@${address}: ${problem}` };
}

/** The lowest free address of the tailnet, beginning with 100.64.0.1. */
export function freeAddress(tailscale: TailscaleState): string {
  for (let last = 1; ; last += 1) {
    const address = `100.64.${Math.floor(last / 256)}.${last % 256}`;
    if (!deviceAt(tailscale, address)) return address;
  }
}
