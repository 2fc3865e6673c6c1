import type { NetworkInterface } from "../types.ts";

/** Bytes since the interface came up. */
export type InterfaceCounters = { received: number; sent: number };

/**
 * Interfaces that carry no traffic of their own: loopback, container and virtual-machine plumbing, and the kernel's
 * always-present stubs. `br-` is Docker's bridge prefix; a person's own bridge ("br0") stays.
 */
const plumbing =
  /^(lo$|veth|docker|br-|virbr|vnet|cni|flannel|cali|ifb\d|dummy\d|tunl\d|sit\d|gre\d|ip6tnl\d|bonding_masters)/;

/** Parses `/proc/net/dev` into the real interfaces. */
export function parseInterfaces(dev: string): Map<string, InterfaceCounters> {
  const interfaces = new Map<string, InterfaceCounters>();
  for (const line of dev.split("\n").slice(2)) {
    // The kernel may print no blank after the colon ("eth0:123"), so split there first.
    const colon = line.lastIndexOf(":");
    const name = line.slice(0, colon).trim();
    if (colon < 0 || plumbing.test(name)) continue;
    const columns = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
      .map(Number);
    const [received = 0, , , , , , , , sent = 0] = columns;
    interfaces.set(name, { received, sent });
  }
  return interfaces;
}

/** Bytes per second between two readings; null when the interface is new or its counters started over. */
export function networkRates(
  before: Map<string, InterfaceCounters>,
  after: Map<string, InterfaceCounters>,
  seconds: number,
  isPhysical: (name: string) => boolean,
): NetworkInterface[] {
  return [...after].map(([name, now]) => {
    const then = before.get(name);
    return {
      name,
      kind: isPhysical(name) ? "physical" : "virtual",
      receivedBytes: now.received,
      sentBytes: now.sent,
      receivedBytesPerSecond: rate(then?.received, now.received, seconds),
      sentBytesPerSecond: rate(then?.sent, now.sent, seconds),
    };
  });
}

function rate(before: number | undefined, after: number, seconds: number): number | null {
  if (before === undefined || after < before || seconds <= 0) return null;
  return Math.round((after - before) / seconds);
}
