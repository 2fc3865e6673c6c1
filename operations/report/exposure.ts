import type { Device } from "../../promises/policy-selectors.ts";
import { portsOfInterest, type Reach, type ReachChange, reachability, reachChanges } from "./reach.ts";
import type { System } from "./system.ts";

export interface Exposure {
  readonly ports: Difference;
  readonly hostnames: Difference;
  readonly tailnet:
    | {
        readonly kind: "compared";
        readonly changes: readonly ReachChange[];
        readonly matrix: readonly Reach[];
      }
    | { readonly kind: "not owned" }
    | { readonly kind: "not understood"; readonly why: string };
}

export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** How many there are afterwards. */
  readonly count: number;
}

/** What can be reached from outside a host, before and after. `hosts` are ours, as the policy sees them. */
export function exposureOf(before: System, after: System, hosts: readonly Device[]): Exposure {
  return {
    ports: difference(portsOf(before), portsOf(after)),
    hostnames: difference(before.hostnames, after.hostnames),
    tailnet: tailnet(before, after, hosts),
  };
}

const portsOf = ({ containers }: System) =>
  containers.flatMap(({ name, ports }) => ports.map((port) => `${port} (${name})`)).sort();

function difference(before: readonly string[], after: readonly string[]): Difference {
  return {
    added: after.filter((one) => !before.includes(one)),
    removed: before.filter((one) => !after.includes(one)),
    count: after.length,
  };
}

function tailnet(before: System, after: System, hosts: readonly Device[]): Exposure["tailnet"] {
  if (after.policy === undefined) return { kind: "not owned" };
  const ports = portsOfInterest([before.policy, after.policy], []);
  try {
    const matrix = reachability(after.policy, hosts, ports);
    const old = before.policy === undefined ? [] : reachability(before.policy, hosts, ports);
    return { kind: "compared", changes: reachChanges(old, matrix), matrix };
  } catch (error) {
    return { kind: "not understood", why: error instanceof Error ? error.message : String(error) };
  }
}
