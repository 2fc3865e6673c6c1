import type { Device, TailscaleState } from "../state.ts";
import { type Policy, type PortRange, type SshRule, splitTarget } from "./policy-parts.ts";

/** Somebody or something on the tailnet, as the policy sees it. */
export interface Party {
  /** "" for a tagged device. */
  user: string;
  tags: string[];
  /** "" when a rule is judged for a user or tag in general. */
  address: string;
}

export function partyOf(device: Device): Party {
  return { user: device.user, tags: device.tags, address: device.address };
}

function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Whether an IPv4 address lies in a range such as "100.64.0.0/10"; a plain address is a range of one. */
export function inRange(address: string, range: string): boolean {
  const [base = "", bits = "32"] = range.split("/");
  if (address === "" || !/^[\d.]+$/.test(base)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(addressNumber(address) / size) === Math.floor(addressNumber(base) / size);
}

/** Whether a selector of the policy means this party. `operator` is the tailnet's owner and only administrator. */
function matches(policy: Policy, operator: string, selector: string, party: Party, other?: Party): boolean {
  const person = party.user !== "" && party.tags.length === 0;
  switch (selector) {
    case "*":
    case "autogroup:danger-all":
      return true;
    case "autogroup:member":
    case "autogroup:members":
      return person;
    case "autogroup:admin":
    case "autogroup:owner":
      return person && party.user === operator;
    case "autogroup:tagged":
      return party.tags.length > 0;
    case "autogroup:self":
      return person && other !== undefined && other.tags.length === 0 && other.user === party.user;
    case "autogroup:internet":
      return false;
  }
  if (selector.startsWith("tag:")) return party.tags.includes(selector);
  if (selector.startsWith("group:")) return person && (policy.groups[selector] ?? []).includes(party.user);
  if (selector.includes("@")) return person && party.user === selector;
  return inRange(party.address, policy.hosts[selector] ?? selector);
}

function coversPort(range: PortRange, protocol: string, port: number): boolean {
  return (range.protocol === "" || range.protocol === protocol) && port >= range.from && port <= range.to;
}

/** Whether the policy lets `from` open a connection to `to`. */
export function allows(
  policy: Policy,
  operator: string,
  from: Party,
  to: Party,
  protocol: string,
  port: number,
): boolean {
  return policy.grants.some(
    (grant) =>
      grant.src.some((selector) => matches(policy, operator, selector, from, to)) &&
      grant.dst.some((selector) => matches(policy, operator, selector, to, from)) &&
      grant.ip.some((range) => coversPort(range, protocol, port)),
  );
}

/** What happens when `from` opens Tailscale SSH as `user` on `to`: a rule that asks for a check wins over one that does not. */
export function sshDecision(
  policy: Policy,
  operator: string,
  from: Party,
  to: Party,
  user: string,
): "accept" | "check" | "deny" {
  const fits = (rule: SshRule): boolean =>
    rule.src.some((selector) => matches(policy, operator, selector, from, to)) &&
    rule.dst.some((selector) => matches(policy, operator, selector, to, from)) &&
    rule.users.some((name) => name === user || (name === "autogroup:nonroot" && user !== "root"));
  const rules = policy.ssh.filter(fits);
  if (rules.some((rule) => rule.action === "check")) return "check";
  return rules.length > 0 ? "accept" : "deny";
}

/** Who a test means: a person, a tag, or the device that has an address; nobody for an empty group. */
function partiesOf(policy: Policy, tailscale: TailscaleState, selector: string): Party[] {
  if (selector.startsWith("tag:")) return [{ user: "", tags: [selector], address: "" }];
  if (selector.includes("@")) return [{ user: selector, tags: [], address: "" }];
  if (selector.startsWith("group:")) {
    return (policy.groups[selector] ?? []).map((user) => ({ user, tags: [], address: "" }));
  }
  if (selector.startsWith("autogroup:")) return [{ user: tailscale.operator, tags: [], address: "" }];
  const address = policy.hosts[selector] ?? selector;
  const device = Object.values(tailscale.devices).find((entry) => entry.address === address);
  return [device ? partyOf(device) : { user: "", tags: [], address }];
}

/**
 * Runs the policy's own `tests` and `sshTests`, as Tailscale does before it accepts a policy.
 * @returns one text per failing assertion, in Tailscale's words.
 */
export function failingTests(policy: Policy, tailscale: TailscaleState): string[] {
  const { operator } = tailscale;
  const network = policy.tests.flatMap((test) => {
    // It once passed here for a group whose last member had left.
    if (partiesOf(policy, tailscale, test.src).length === 0)
      return [`${test.src}: has no members, so the test shows nothing`];
    const judge = (target: string, wanted: boolean): string[] => {
      const { selector, ports } = splitTarget(target);
      const verdicts = partiesOf(policy, tailscale, test.src).flatMap((from) =>
        partiesOf(policy, tailscale, selector).map((to) =>
          allows(policy, operator, from, to, test.protocol, Number(ports)),
        ),
      );
      if (verdicts.every((verdict) => verdict === wanted)) return [];
      const [want, got] = wanted ? ["Accept", "Drop"] : ["Drop", "Accept"];
      return [`${test.src}: address "${target}" (${test.protocol}): want: ${want}, got: ${got}`];
    };
    return [
      ...test.accept.flatMap((target) => judge(target, true)),
      ...test.deny.flatMap((target) => judge(target, false)),
    ];
  });
  const ssh = policy.sshTests.flatMap((test) =>
    (["accept", "check", "deny"] as const).flatMap((want) =>
      test[want].flatMap((user) =>
        test.dst.flatMap((target) =>
          partiesOf(policy, tailscale, test.src).flatMap((from) =>
            partiesOf(policy, tailscale, target).flatMap((to) => {
              const got = sshDecision(policy, operator, from, to, user);
              return got === want ? [] : [`${test.src}: ssh ${user}@${target}: want: ${want}, got: ${got}`];
            }),
          ),
        ),
      ),
    ),
  );
  return [...network, ...ssh];
}

/** Whether the policy defines a tag and lets somebody who administers the tailnet hand it out. */
export function ownsTag(policy: Policy, operator: string, tag: string): boolean {
  if (!(tag in policy.tagOwners)) return false;
  const owners = policy.tagOwners[tag] ?? [];
  const person: Party = { user: operator, tags: [], address: "" };
  // An empty list means that administrators own the tag.
  return (
    owners.length === 0 ||
    owners.some((owner) => owner.startsWith("tag:") || matches(policy, operator, owner, person))
  );
}
