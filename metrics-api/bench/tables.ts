import Table from "cli-table3";
import type { MemoryFigures } from "./process-figures.ts";
import type { Figures, Target } from "./targets.ts";

const plainStyle = { head: [], border: [] };

/** The figures of all contenders, one column each. */
export function figuresTable(figures: Figures[], idleSeconds: number): string {
  const table = new Table({
    head: ["GET /api/metrics, 50 connections", ...figures.map(({ name }) => name)],
    style: plainStyle,
  });
  const row = (label: string, read: (figure: Figures) => string) => table.push([label, ...figures.map(read)]);
  row("requests/s", ({ requestsPerSecond }) => requestsPerSecond.toFixed(0));
  row("p50 ms", ({ p50 }) => p50.toFixed(0));
  row("p99 ms", ({ p99 }) => p99.toFixed(0));
  row("CPU s per 10,000 requests", ({ cpuSecondsPer10k }) => cpuSecondsPer10k.toFixed(2));
  row("memory idle: anonymous MiB", ({ idle }) => idle.anonymous.toFixed(1));
  row("memory idle: total MiB", ({ idle }) => totalOf(idle));
  row("memory under load: anonymous MiB", ({ loaded }) => loaded.anonymous.toFixed(1));
  row("memory under load: total MiB", ({ loaded }) => totalOf(loaded));
  row("start to first answer ms", ({ startMs }) => startMs.toFixed(0));
  row(`idle CPU s over ${idleSeconds} s`, ({ idleCpuSeconds }) => idleCpuSeconds.toFixed(2));
  return table.toString();
}

/** The figures that V8's options trade against each other, one line per set of options. */
export function v8Table(figures: Figures[]): string {
  const head = [
    "V8 options",
    "CPU s per 10,000 requests",
    "p99 ms",
    "anonymous MiB idle",
    "under load",
    "start ms",
  ];
  const table = new Table({ head, style: plainStyle });
  for (const { name, cpuSecondsPer10k, p99, idle, loaded, startMs } of figures) {
    const numbers = [
      cpuSecondsPer10k.toFixed(2),
      p99.toFixed(0),
      idle.anonymous.toFixed(1),
      loaded.anonymous.toFixed(1),
    ];
    table.push([name, ...numbers, startMs.toFixed(0)]);
  }
  return table.toString();
}

function totalOf({ total, program }: MemoryFigures): string {
  return `${total.toFixed(1)} (${Math.round((100 * program) / total)} % the program file)`;
}

export function targetsTable(targets: Target[]): string {
  const table = new Table({ head: ["target", "measured", "limit", ""], style: plainStyle });
  for (const { what, measured, limit, pass } of targets)
    table.push([what, measured, limit, pass ? "pass" : "MISS"]);
  return table.toString();
}
