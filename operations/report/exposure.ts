import type { Device } from "../../promises/policy-selectors.ts";
import { type PolicyChanges, policyChanges } from "./policy-changes.ts";
import { portsOfInterest, type Reach, type ReachChange, reachability, reachChanges } from "./reach.ts";
import type { System } from "./system.ts";

export interface Exposure {
  readonly ports: Difference;
  readonly hostnames: Difference;
  readonly tailnet:
    | {
        readonly kind: "compared";
        /** Of the policy as it is written; without any it is the same. */
        readonly policy: PolicyChanges;
        /** What comes of it for the TCP ports of our hosts. */
        readonly changes: readonly ReachChange[];
        readonly matrix: readonly Reach[];
      }
    | { readonly kind: "not owned" }
    /** Who reaches what cannot be told; how the text differs is told all the same. */
    | { readonly kind: "not understood"; readonly why: string; readonly policy: PolicyChanges | undefined };
}

export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** How many there are afterwards. */
  readonly count: number;
}

/** Our hosts as the tailnet policy sees them, and the TCP ports that any of them publishes. */
export interface Ours {
  readonly devices: readonly Device[];
  readonly published: readonly number[];
}

/** What can be reached from outside a host, before and after. */
export function exposureOf(before: System, after: System, ours: Ours): Exposure {
  return {
    ports: difference(portsOf(before), portsOf(after)),
    hostnames: difference(before.hostnames, after.hostnames),
    tailnet: tailnet(before, after, ours),
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

function tailnet(before: System, after: System, { devices, published }: Ours): Exposure["tailnet"] {
  if (after.policy === undefined) return { kind: "not owned" };
  const ports = portsOfInterest([before.policy, after.policy], published);
  let policy: PolicyChanges | undefined;
  try {
    policy = policyChanges(before.policy, after.policy);
    const matrix = reachability(after.policy, devices, ports);
    const old = before.policy === undefined ? [] : reachability(before.policy, devices, ports);
    return { kind: "compared", policy, changes: reachChanges(old, matrix), matrix };
  } catch (error) {
    return { kind: "not understood", why: error instanceof Error ? error.message : String(error), policy };
  }
}

/** A change of the policy of which nobody can say what it opens: somebody has to look at it. */
export function isUnjudgedChange({ tailnet }: Exposure): boolean {
  return tailnet.kind === "not understood" && (tailnet.policy === undefined || differs(tailnet.policy));
}

const differs = ({ added, removed, sections }: PolicyChanges) =>
  added.length + removed.length + sections.length > 0;
