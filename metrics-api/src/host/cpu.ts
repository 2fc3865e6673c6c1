import type { Cpu } from "../types.ts";

/** Clock ticks since boot. */
type CpuTicks = { busy: number; total: number };
export type CpuCounters = { all: CpuTicks; cores: Map<string, CpuTicks> };

/**
 * Parses `/proc/stat`. Node's own os.cpus() (and with it systeminformation's currentLoad) leaves out iowait,
 * softirq and steal, so that on a virtual machine its percentages do not add up: steal is what a VPS loses to its
 * neighbours, and it counts as busy here, as in top and psutil. Guest time is already inside user time.
 */
export function parseCpuCounters(stat: string): CpuCounters {
  const cores = new Map<string, CpuTicks>();
  let all: CpuTicks | undefined;
  for (const line of stat.split("\n")) {
    const [name = "", ...columns] = line.trim().split(/\s+/);
    if (name === "cpu") all = ticks(columns);
    else if (/^cpu\d+$/.test(name)) cores.set(name, ticks(columns));
  }
  if (all === undefined) throw new Error("/proc/stat has no cpu line; is proc mounted?");
  return { all, cores };
}

function ticks(columns: string[]): CpuTicks {
  const numbers = columns.slice(0, 8).map(Number);
  const total = numbers.reduce((sum, value) => sum + value, 0);
  const [, , , idle = 0, waiting = 0] = numbers;
  return { busy: total - idle - waiting, total };
}

/** The load between two readings. A core that was switched on in between has no earlier reading and counts from 0. */
export function cpuLoad(before: CpuCounters, after: CpuCounters): Cpu {
  const none: CpuTicks = { busy: 0, total: 0 };
  return {
    totalPercent: percent(before.all, after.all),
    corePercents: [...after.cores].map(([name, core]) => percent(before.cores.get(name) ?? none, core)),
  };
}

function percent(before: CpuTicks, after: CpuTicks): number {
  const total = after.total - before.total;
  if (total <= 0) return 0;
  // The kernel's iowait may step back by a tick, which would give a little more than 100 or less than 0.
  const share = Math.min(1, Math.max(0, (after.busy - before.busy) / total));
  return Math.round(share * 1000) / 10;
}
