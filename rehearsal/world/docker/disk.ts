import { ProviderError } from "../../provider/provider.ts";
import type { Machine } from "../state.ts";

/** What a pulled or built image takes: about what one of the catalogue's does. */
const IMAGE_MIB = 500;
/** Below it nothing can be written that matters. */
const FULL_MIB = 64;

export function isFull(machine: Machine): boolean {
  return machine.freeDiskMiB < FULL_MIB;
}

/** Room for one more image, or the daemon's refusal. */
export function takeDisk(machine: Machine, doing: string): void {
  if (machine.freeDiskMiB - IMAGE_MIB < 0 || isFull(machine))
    throw new ProviderError(`${doing}: write /var/lib/docker: no space left on device`);
  machine.freeDiskMiB -= IMAGE_MIB;
}

export function giveDisk(machine: Machine): void {
  machine.freeDiskMiB += IMAGE_MIB;
}
