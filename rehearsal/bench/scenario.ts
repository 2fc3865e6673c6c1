import { join } from "node:path";
import { readCast } from "../cast.ts";
import { findEngine } from "../engine/find.ts";
import { Rehearsal } from "../rehearsal.ts";
import { figure } from "./figures.ts";

const root = join(import.meta.dirname, "..", "..");

/** One scenario as the test suite plays them: both stacks up, a container stopped by hand, found and repaired. */
export async function benchScenario(): Promise<void> {
  const engine = await findEngine();
  const cast = readCast(root);
  const program = (await import("../../index.ts")).default;
  const started = performance.now();
  const rehearsal = await Rehearsal.open({ engine, cast, program, projectDir: root });
  try {
    for (const { name } of cast.plan.hosts) await rehearsal.up(name);
    const upSeconds = secondsSince(started);
    const { name } = cast.plan.hub;
    rehearsal.world.faults.stopContainer(name, "grafana");
    const stack = await rehearsal.stack(name);
    const found = await stack.preview({ refresh: true, runProgram: true });
    await stack.up({ refresh: true, runProgram: true });
    if (found.changes.length === 0 || !rehearsal.world.health(name, "grafana").running) {
      throw new Error("the stopped container was not found or not repaired");
    }
    figure("one scenario: both stacks up", upSeconds, "s");
    figure("  then a stopped container, found and repaired", secondsSince(started) - upSeconds, "s");
  } finally {
    await rehearsal.close();
  }
}

const secondsSince = (started: number) => (performance.now() - started) / 1000;
