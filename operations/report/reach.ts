import { parsePolicyText } from "../../formats/tailnet-policy.ts";
import { openTo, parsePolicy } from "../../promises/policy.ts";
import type { Device } from "../../promises/policy-selectors.ts";

/** Who gets to one TCP port of one host over the tailnet. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  /** Sources as the policy names them. */
  readonly from: readonly string[];
}

/** Ports worth asking about: SSH, what is published, and every one that a policy names, of a range its two ends. */
export function portsOfInterest(
  policies: readonly (string | undefined)[],
  published: readonly number[],
): number[] {
  const named = policies.flatMap((policy) =>
    [...(policy ?? "").matchAll(/[":,](\d{1,5})(?:-(\d{1,5}))?(?=[",])/g)].flatMap(
      ([, first, last = first]) => [Number(first), Number(last)],
    ),
  );
  return [...new Set([22, ...published, ...named])].sort((a, b) => a - b);
}

/**
 * The reachability matrix of a policy.
 * @throws PolicyError for a policy that is not understood; then nothing may be said about it.
 */
export function reachability(policy: string, hosts: readonly Device[], ports: readonly number[]): Reach[] {
  const parsed = parsePolicy(parsePolicyText(policy));
  return hosts.flatMap((device) =>
    ports.map((port) => ({
      host: device.name,
      port,
      from: [...new Set(openTo(parsed, device, port).map(({ selector }) => selector.text))].sort(),
    })),
  );
}

export interface ReachChange {
  readonly host: string;
  readonly port: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Cells of the matrix that differ. */
export function reachChanges(before: readonly Reach[], after: readonly Reach[]): ReachChange[] {
  return after.flatMap(({ host, port, from }) => {
    const old = before.find((cell) => cell.host === host && cell.port === port)?.from ?? [];
    return old.join() === from.join() ? [] : [{ host, port, before: old, after: from }];
  });
}
