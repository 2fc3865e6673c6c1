import type { Text } from "../../catalogue/text.ts";
import type { NetworkSettings } from "../../settings/settings.ts";
import { guardFiles, guardUnit, tailnetInterface } from "../host-guard.ts";
import type { GuardStep } from "../plan.ts";
import { shellScript } from "./script.ts";
import { fingerprintOf } from "./step.ts";

const name = "host.guard";
const limitSeconds = 120;

interface GuardedHost {
  readonly name: string;
  readonly address: Text;
  readonly network: NetworkSettings;
}

/** Puts the guard on a host, before its containers: docs/operating.md, "What a neighbour in the LAN reaches". */
export function guardStep({ name: host, address, network }: GuardedHost): GuardStep {
  const { subnet } = network;
  const { rules, unit, afterFlush } = guardFiles({ address, subnet });
  const input = shellScript(
    "host-guard.sh",
    {
      host,
      address,
      interface: tailnetInterface,
      service: guardUnit,
      rulesPath: rules.path,
      rules: rules.content,
      unitPath: unit.path,
      unit: unit.content,
      afterFlushPath: afterFlush.path,
      afterFlush: afterFlush.content,
    },
    [],
  );
  const command = commandOn(host);
  return {
    name,
    purpose: "what comes for the tailnet address or the bridge over another interface is dropped",
    command,
    input,
    fingerprint: fingerprintOf([command, input]),
    limitSeconds,
    drops: [address, subnet],
  };
}

function commandOn(host: string): string {
  const advice =
    `${name} failed (exit $code; 124 means longer than ${limitSeconds} s). No container of ${host} was touched. ` +
    "The lines above say why; docs/first-run.md has the remedies. The next pulumi up tries again.";
  return `timeout -k 10 ${limitSeconds} sh -s || { code=$?; echo "${advice}" >&2; exit $code; }`;
}
