import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { readCast } from "../cast.ts";
import { findEngine } from "../engine/find.ts";
import { type Program, Rehearsal } from "../rehearsal.ts";
import { figure, median } from "./figures.ts";

const root = join(import.meta.dirname, "..", "..");

/** Loading the program in a process of its own, and registering its resources with the engine. */
export async function benchProgram(): Promise<void> {
  figure("load of the program, CPU (median of 5)", median(times(5, loadSeconds)), "s", 1.2);
  const { each, resources } = await registrationMilliseconds();
  figure(`registration per resource (${resources} resources)`, each, "ms", 10);
}

function loadSeconds(): number {
  const script =
    "await import('./index.ts'); const { user, system } = process.cpuUsage(); console.log((user + system) / 1e6)";
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: root });
  return Number(stdout);
}

/** Previews of the hub that find nothing to do, less those of a program without resources. */
async function registrationMilliseconds(): Promise<{ each: number; resources: number }> {
  const engine = await findEngine();
  const cast = readCast(root);
  const real = (await import("../../index.ts")).default;
  let program: Program = async () => ({});
  const rehearsal = await Rehearsal.open({
    engine,
    cast,
    projectDir: root,
    program: (...handed) => program(...handed),
  });
  try {
    const stack = await rehearsal.stack(cast.plan.hub.name);
    const preview = async () => (await stack.preview()).seconds;
    // First, because a stack that is up has protected resources, which an empty program would delete.
    const empty = median(await inTurn(5, preview));
    program = real;
    await rehearsal.up(stack.name);
    const resources = stack.resources().length;
    const whole = median(await inTurn(5, preview));
    return { each: ((whole - empty) * 1000) / resources, resources };
  } finally {
    await rehearsal.close();
  }
}

function times<T>(count: number, run: () => T): T[] {
  return Array.from({ length: count }, run);
}

async function inTurn<T>(count: number, run: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i += 1) results.push(await run());
  return results;
}
