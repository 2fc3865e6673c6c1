import { readFileSync, readlinkSync } from "node:fs";

/** The kernel's clock ticks per second as it shows them to programs; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Resident memory in MiB. */
export type MemoryFigures = {
  total: number;
  /** What only this process holds: its heap and stacks (RssAnon). */
  anonymous: number;
  /** The part of the total that is the mapped program file itself, shared with every other process that runs it. */
  program: number;
};

/** Reads `/proc/PID/status` and `smaps`. */
export function memoryOf(pid: number): MemoryFigures {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kiB = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
  return { total: kiB("VmRSS") / 1024, anonymous: kiB("RssAnon") / 1024, program: mappedProgramMiB(pid) };
}

function mappedProgramMiB(pid: number): number {
  const program = readlinkSync(`/proc/${pid}/exe`);
  let isProgram = false;
  let kiB = 0;
  for (const line of readFileSync(`/proc/${pid}/smaps`, "utf8").split("\n")) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) isProgram = line.endsWith(` ${program}`);
    else if (isProgram && line.startsWith("Rss:")) kiB += Number(/\d+/.exec(line)?.[0]);
  }
  return kiB / 1024;
}

/** CPU seconds that the process has used since its start. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The program's name may hold blanks; the fields after its closing bracket do not.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
