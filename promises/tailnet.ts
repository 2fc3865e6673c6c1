import type { Findings } from "./findings.ts";
import type { Observed, ObservedHost } from "./observed.ts";
import { type Policy, parsePolicy } from "./policy.ts";
import { PolicyError } from "./policy-schema.ts";
import type { Device } from "./policy-selectors.ts";

/** The policy in force; a part of it that is not understood is a broken finding. */
export function policyOf({ tailnet }: Observed, { broken }: Findings): Policy | undefined {
  try {
    return parsePolicy(tailnet.policy);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    broken.push(`the tailnet policy cannot be judged: ${error.message}`);
    return undefined;
  }
}

/** The device that is this host: found by address, as a rebuilt machine leaves a device of the same name behind. */
export function deviceOf(host: ObservedHost, { tailnet }: Observed, findings: Findings): Device | undefined {
  const { name, tailnetAddress } = host;
  if (tailnetAddress === undefined) {
    findings.unknown.push(`the tailnet address of ${name} is not known`);
    return undefined;
  }
  const device = tailnet.devices.find(({ isHost, address }) => isHost && address === tailnetAddress);
  if (device === undefined)
    findings.broken.push(`no device of ours on the tailnet has the address ${tailnetAddress} of ${name}`);
  return device;
}
