import { existsSync, readdirSync, readFileSync } from "node:fs";
import { loadavg, uptime } from "node:os";
import { join } from "node:path";
import type { Disk, HostMetrics, Memory, Swap } from "../types.ts";
import { type CpuCounters, cpuLoad, parseCpuCounters } from "./cpu.ts";
import { createDiskReader, parseDiskFilesystems, parseMounts } from "./disks.ts";
import { readMemory } from "./memory.ts";
import { type InterfaceCounters, networkRates, parseInterfaces } from "./network.ts";
import { readTemperature } from "./temperature.ts";

/** The counters that rates are computed from. `at` is monotonic, in milliseconds. */
export type Counters = { at: number; cpu: CpuCounters; interfaces: Map<string, InterfaceCounters> };

/** What is simply true at the moment of reading. */
export type State = {
  uptimeSeconds: number;
  load: [number, number, number];
  temperatureCelsius: number | null;
  memory: Memory;
  swap: Swap;
  disks: Disk[];
  processCount: number;
};

export type Host = {
  readCounters(): Counters;
  readState(): Promise<State>;
  isPhysical(interfaceName: string): boolean;
};

/**
 * This host, seen from a container with the host's network and PID namespaces: `/proc` and `/sys` show the host, and
 * `/proc/1/mounts` is the mount table of its first process; only paths of disks go through `hostRoot`.
 */
export function createHost(hostRoot: string, proc = "/proc", sys = "/sys"): Host {
  const readDisks = createDiskReader(hostRoot);
  const read = (name: string) => readFileSync(join(proc, name), "utf8");
  return {
    readCounters: () => ({
      at: performance.now(),
      cpu: parseCpuCounters(read("stat")),
      interfaces: parseInterfaces(read("net/dev")),
    }),
    readState: async () => {
      const mounts = parseMounts(read("1/mounts"), parseDiskFilesystems(read("filesystems")));
      const [disks, memory] = await Promise.all([readDisks(mounts), readMemory()]);
      const [one = 0, five = 0, fifteen = 0] = loadavg();
      return {
        ...memory,
        disks,
        uptimeSeconds: Math.floor(uptime()),
        load: [round(one), round(five), round(fifteen)],
        temperatureCelsius: readTemperature(sys),
        processCount: readdirSync(proc).filter((name) => /^\d+$/.test(name)).length,
      };
    },
    isPhysical: (name) => existsSync(join(sys, "class/net", name, "device")),
  };
}

/** Puts two readings of the counters and the state together. Rates are averaged over the span between the two. */
export function hostMetrics(
  name: string,
  before: Counters,
  after: Counters,
  state: State,
  isPhysical: Host["isPhysical"],
): HostMetrics {
  const seconds = (after.at - before.at) / 1000;
  return {
    host: name,
    sampledAt: new Date().toISOString(),
    intervalSeconds: round(seconds),
    uptimeSeconds: state.uptimeSeconds,
    load: state.load,
    cpu: cpuLoad(before.cpu, after.cpu),
    temperatureCelsius: state.temperatureCelsius,
    memory: state.memory,
    swap: state.swap,
    disks: state.disks,
    network: networkRates(before.interfaces, after.interfaces, seconds, isPhysical),
    processCount: state.processCount,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
