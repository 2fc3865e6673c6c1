import { mem } from "systeminformation/lib/memory.js";
import type { Memory, Swap } from "../types.ts";

/**
 * Memory and swap, from systeminformation. It is the one reading that is right inside a container (it parses
 * `/proc/meminfo`, which no namespace hides) and that starts no shell.
 */
export async function readMemory(): Promise<{ memory: Memory; swap: Swap }> {
  const { total, available, swaptotal, swapused } = await mem();
  return {
    memory: { totalBytes: total, usedBytes: total - available, availableBytes: available },
    swap: { totalBytes: swaptotal, usedBytes: swapused },
  };
}
