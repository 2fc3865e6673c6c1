import type { Findings } from "./findings.ts";
import type { Observed, ObservedHost } from "./observed.ts";
import { admits, openTo, type Policy } from "./policy.ts";
import type { Selector } from "./policy-selectors.ts";
import { deviceOf, policyOf } from "./tailnet.ts";

/** A database that all hosts share. */
export interface Store {
  readonly name: string;
  readonly port: number;
  /** Repositories of images it may come from. */
  readonly images: readonly string[];
}

export const stores: readonly Store[] = [
  { name: "Postgres", port: 5432, images: ["postgres"] },
  { name: "Redis", port: 6379, images: ["redis", "valkey"] },
];

/** Whether the tailnet policy lets every host of ours, and nobody else, reach the databases of the hub. */
export function checkAccess(observed: Observed, hub: ObservedHost, findings: Findings): void {
  const policy = policyOf(observed, findings);
  const to = deviceOf(hub, observed, findings);
  if (policy === undefined || to === undefined) return;
  for (const { name, port } of stores) {
    for (const host of observed.hosts) {
      if (host === hub) continue;
      const from = deviceOf(host, observed, findings);
      if (from !== undefined && !admits(policy, from, to, port))
        findings.broken.push(
          `the tailnet policy does not let ${host.name} reach ${name} at ${to.address}:${port}, expected every host of ours`,
        );
    }
    for (const { where, selector } of openTo(policy, to, port)) {
      const stranger = strangerIn(selector, policy, observed);
      if (stranger !== undefined)
        findings.broken.push(
          `the tailnet policy (${where}, src "${selector.text}") lets ${stranger} reach ${name} at ${to.address}:${port}, expected only our hosts`,
        );
    }
  }
}

/** Who else than our hosts is meant by a source, now or as soon as somebody adds a device. */
function strangerIn(
  { text, address, matches }: Selector,
  policy: Policy,
  observed: Observed,
): string | undefined {
  const ours = observed.tailnet.devices.filter(({ isHost }) => isHost);
  if (address !== undefined)
    return ours.some((device) => device.address === address)
      ? undefined
      : `${address}, which is none of our hosts,`;
  if (!text.startsWith("tag:")) return "more than our hosts";
  const other = observed.tailnet.devices.find((device) => !device.isHost && matches(device) === "yes");
  if (other !== undefined) return `the device ${other.name}`;
  if (!ours.some((device) => matches(device) === "yes")) return "devices that are none of our hosts";
  if (policy.tagOwners[text]?.includes("autogroup:member")) return "every member, who may tag a device so,";
  return undefined;
}
