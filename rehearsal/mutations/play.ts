import { resolve } from "node:path";
import { judge } from "../../promises/all.ts";
import type { Verdict } from "../../promises/observed.ts";
import { readCast } from "../cast.ts";
import { EngineFailure } from "../engine/failure.ts";
import { findEngine } from "../engine/find.ts";
import { Rehearsal } from "../rehearsal.ts";

/** What a rehearsal of the tree that this file lies in came to: the words of the `up` that failed, or the verdicts. */
export type Outcome = { readonly failure: string } | { readonly verdicts: readonly Verdict[] };

const projectDir = resolve(import.meta.dirname, "../..");

/** Every stack up once, hub first; a second `up` and a refresh only where they are asked for, because they take as long again. */
async function play(settling: boolean, dockerDies: boolean): Promise<Outcome> {
  const cast = readCast(projectDir);
  const { default: program } = await import("../../index.ts");
  const engine = await findEngine({ mayInstall: false });
  const rehearsal = await Rehearsal.open({ engine, cast, program, projectDir });
  const names = cast.plan.hosts.map(({ name }) => name);
  try {
    for (const name of names) await rehearsal.up(name);
    if (dockerDies) {
      for (const name of names) {
        rehearsal.world.faults.killDocker(name);
        await rehearsal.up(name);
        // So that only what the `up` left behind is judged.
        rehearsal.world.faults.startContainers(name);
      }
    }
    if (settling) for (const name of names) await rehearsal.up(name, "second up");
    if (settling) for (const name of names) await rehearsal.refresh(name);
    return { verdicts: judge(await rehearsal.observe()) };
  } catch (error) {
    if (error instanceof EngineFailure) return { failure: error.message };
    throw error;
  } finally {
    await rehearsal.close();
  }
}

process.send?.(await play(process.argv.includes("--settling"), process.argv.includes("--docker-dies")));
