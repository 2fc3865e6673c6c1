import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Listr } from "listr2";
import { readArguments } from "./arguments.ts";
import { type Cast, readCast } from "./cast.ts";
import { findEngine } from "./engine/find.ts";
import { evidenceOf } from "./evidence.ts";
import { type Performance, perform } from "./perform.ts";
import { showPortal } from "./show.ts";
import { resultTable } from "./table.ts";

const projectDir = resolve(import.meta.dirname, "..");

/** Exit codes as everywhere in the project: 0 fine, 1 the tool failed, 2 a promise is broken, 64 bad usage or settings. */
async function main(words: readonly string[]): Promise<number> {
  const wanted = readArguments(words);
  const cast = readCast(wanted.stacks ?? projectDir, wanted.hosts);
  const performance = await performWithProgress(cast);
  console.log(resultTable(performance, process.stdout.columns ?? 100));
  if (wanted.json !== undefined) {
    writeFileSync(wanted.json, `${JSON.stringify(evidenceOf(performance), null, 2)}\n`);
  }
  if (wanted.serve) await serveUntilInterrupted(cast, wanted.port);
  return performance.verdicts.some(({ verdict }) => verdict === "broken") ? 2 : 0;
}

async function performWithProgress(cast: Cast): Promise<Performance> {
  const list = new Listr<{ result?: Performance }>(
    {
      title: "Rehearsal",
      task: async (context, task) => {
        const progress = (step: string) => {
          task.output = step;
        };
        const engine = await findEngine({ progress });
        context.result = await perform(cast, { engine, projectDir, progress });
      },
    },
    { fallbackRenderer: "simple" },
  );
  const { result } = await list.run({});
  if (result === undefined) throw new Error("the rehearsal ended without a result");
  return result;
}

async function serveUntilInterrupted({ plan }: Cast, port: number): Promise<void> {
  const shown = await showPortal(plan, projectDir, port);
  const interrupted = new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
  });
  console.log(`\nThe portal, with this machine's real numbers: ${shown.url}   (Ctrl-C ends it)`);
  await interrupted;
  await shown.close();
}

function exitCodeOf(error: unknown): number {
  return error instanceof Error && "exitCode" in error && typeof error.exitCode === "number"
    ? error.exitCode
    : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = exitCodeOf(error);
}
