import type { Problem } from "../settings/problem.ts";
import type { HostSettings } from "../settings/settings.ts";
import { fileOf } from "../settings/stack-file.ts";
import type { ContainerPlan, MemoryPlan } from "./plan.ts";

/** MiB kept for the system: kernel, Docker, Tailscale. */
const systemOfLimits = 512;
const systemOfTypical = 256;

/**
 * Limits may use all the swap, because they are reached one at a time; ordinary use may use half of it, so that
 * a burst still has somewhere to go. The system itself is in the subtractions, not in the sums.
 */
export function memoryPlan(host: HostSettings, containers: readonly ContainerPlan[]): MemoryPlan {
  const sum = (of: (container: ContainerPlan) => number) => containers.reduce((total, c) => total + of(c), 0);
  return {
    limits: sum((c) => c.memoryMiB),
    limitsAllowed: host.ramMiB + host.swapMiB - systemOfLimits,
    typical: sum((c) => c.typicalMiB),
    typicalAllowed: host.ramMiB + Math.floor(host.swapMiB / 2) - systemOfTypical,
  };
}

export function memoryProblems(host: HostSettings, memory: MemoryPlan | undefined): readonly Problem[] {
  if (memory === undefined) return [];
  const { limits, limitsAllowed, typical, typicalAllowed } = memory;
  const at = { file: fileOf(host.name), key: "kitestacks:host.swapMiB", value: host.swapMiB };
  const remedy = (missing: number) =>
    `set host.swapMiB to at least ${host.swapMiB + missing}${host.profile === "full" ? " or host.profile to lite" : ""}`;
  return [
    ...(limits <= limitsAllowed
      ? []
      : [
          {
            ...at,
            wrong: `the memory limits of ${host.name}'s containers come to ${limits} MiB, allowed are RAM + swap - ${systemOfLimits} = ${limitsAllowed} MiB`,
            remedy: remedy(limits - limitsAllowed),
          },
        ]),
    ...(typical <= typicalAllowed
      ? []
      : [
          {
            ...at,
            wrong: `the typical use of ${host.name}'s containers comes to ${typical} MiB, allowed are RAM + swap / 2 - ${systemOfTypical} = ${typicalAllowed} MiB`,
            remedy: remedy(2 * (typical - typicalAllowed)),
          },
        ]),
  ];
}
