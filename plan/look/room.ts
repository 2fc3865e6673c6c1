import { fileOf } from "../../settings/stack-file.ts";
import type { HostPlan } from "../plan.ts";
import type { HostSeen } from "./seen.ts";
import { standsStill } from "./standing.ts";

/**
 * What a host lacks for an `up`. Asked before a container is touched: each is removed before its successor is made,
 * and on a full disk two were gone whose successors could not start.
 */
export function lacks(plan: HostPlan, seen: HostSeen): readonly string[] {
  return [...lacksDisk(plan, seen), ...lacksMemory(plan, seen)];
}

const untouched = "None of its containers was touched.";

function lacksDisk({ name, freeDiskMiB }: HostPlan, { disk }: HostSeen): readonly string[] {
  if (disk === undefined || disk.freeMiB >= freeDiskMiB) return [];
  return [
    `${name} lacks disk: ${disk.freeMiB} MiB are free on ${disk.folder}, where its Docker writes, and an up needs ${freeDiskMiB}. ` +
      "Make room there (`docker image prune --all` removes the images that no container uses) and run up again, " +
      `or set host.freeDiskMiB lower in ${fileOf(name)}. ${untouched}`,
  ];
}

/** What runs has its memory already, and hands it to its successor; the rest has to find it. */
function lacksMemory(plan: HostPlan, seen: HostSeen): readonly string[] {
  if (seen.memory === undefined) return [];
  const { ramMiB, swapMiB } = seen.memory;
  const still = standsStill(plan, seen).map(({ container }) => container);
  const needed = plan.containers
    .filter(({ name }) => still.includes(name))
    .reduce((total, { typicalMiB }) => total + typicalMiB, 0);
  if (needed <= ramMiB + swapMiB) return [];
  return [
    `${plan.name} lacks memory: ${ramMiB} MiB of RAM and ${swapMiB} MiB of swap are available, and what does not run there yet ` +
      `(${still.join(", ")}) takes ${needed} MiB on an ordinary day. ` +
      `Stop what else runs on ${plan.name}, or give it more swap, and run up again. ${untouched}`,
  ];
}
