import { BlockList, isIPv4 } from "node:net";
import { type PolicyDocument, PolicyError } from "./policy-schema.ts";

export interface Device {
  readonly name: string;
  readonly address: string;
  readonly tags: readonly string[];
}

/** `maybe`: depends on who owns the device, which a policy does not tell. */
type Match = "yes" | "no" | "maybe";

/** One entry of `src` or `dst`. */
export interface Selector {
  /** As written in the policy. */
  readonly text: string;
  readonly matches: (device: Device) => Match;
  /** Set when the selector is exactly one address. */
  readonly address?: string;
}

/** Groups of people that may own a device; a tagged device belongs to nobody. */
const userClasses = ["admin", "owner", "it-admin", "network-admin", "billing-admin", "auditor", "shared"];

const yesIf = (condition: boolean): Match => (condition ? "yes" : "no");
const untagged = ({ tags }: Device) => tags.length === 0;
const ofSomePeople = (device: Device): Match => (untagged(device) ? "maybe" : "no");

/** @throws PolicyError for every kind of selector that is not judged here. */
export function parseSelector(
  text: string,
  where: string,
  side: "src" | "dst",
  policy: PolicyDocument,
): Selector {
  const unknown = () => new PolicyError(`${where}: ${side} "${text}" is not understood`);
  if (text === "*") return { text, matches: () => "yes" };
  if (/^tag:[\w-]+$/.test(text)) return { text, matches: ({ tags }) => yesIf(tags.includes(text)) };
  if (text.startsWith("group:")) {
    if (!Object.hasOwn(policy.groups, text))
      throw new PolicyError(`${where}: ${side} "${text}" is not in groups`);
    return { text, matches: ofSomePeople };
  }
  if (text.startsWith("autogroup:")) {
    const matches = autogroup(text.slice("autogroup:".length), side);
    if (matches === undefined) throw unknown();
    return { text, matches };
  }
  const alias = Object.hasOwn(policy.hosts, text) ? policy.hosts[text] : undefined;
  const network = parseNetwork(alias ?? text);
  if (network !== undefined) return { text, ...network };
  if (alias === undefined && /^[^\s:@/]+@[^\s:@/]+$/.test(text)) return { text, matches: ofSomePeople };
  throw unknown();
}

function autogroup(name: string, side: "src" | "dst"): Selector["matches"] | undefined {
  if (name === "tagged") return (device) => yesIf(!untagged(device));
  if (name === "member") return (device) => yesIf(untagged(device));
  if (userClasses.includes(name)) return ofSomePeople;
  // Both tailnet and foreign devices.
  if (name === "danger-all" && side === "src") return () => "yes";
  // Devices of the very user who asks.
  if (name === "self" && side === "dst") return ofSomePeople;
  // Exit nodes: what lies outside the tailnet.
  if (name === "internet" && side === "dst") return () => "no";
  return undefined;
}

/** IPv4 only: a device's IPv6 address is not observed, so a rule about one cannot be judged. */
function parseNetwork(text: string): Pick<Selector, "matches" | "address"> | undefined {
  const [network = "", prefix = "32", ...rest] = text.split("/");
  if (!isIPv4(network) || rest.length > 0 || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32)
    return undefined;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), "ipv4");
  const matches = ({ address }: Device) => yesIf(isIPv4(address) && list.check(address));
  return Number(prefix) === 32 ? { matches, address: network } : { matches };
}
