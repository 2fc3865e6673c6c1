import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Listr } from "listr2";
import { readArguments } from "./arguments.ts";
import { type Cast, readCast } from "./cast.ts";
import { endOnSignal } from "./engine/cleanup.ts";
import { findEngine } from "./engine/find.ts";
import { evidenceOf } from "./evidence.ts";
import { type Performance, perform } from "./perform.ts";
import { untilInterrupted } from "./serve/interruption.ts";
import { PICTURE_PATH, showPortal } from "./show.ts";
import { resultTable } from "./table.ts";

const projectDir = resolve(import.meta.dirname, "..");

/** Exit codes as everywhere: 0 fine, 1 the tool failed, 2 a promise is broken, 64 bad usage or settings, or no engine. */
async function main(words: readonly string[]): Promise<number> {
  const wanted = readArguments(words);
  const cast = readCast(wanted.stacks ?? projectDir, wanted.hosts);
  const performance = await performWithProgress(cast);
  console.log(resultTable(performance, process.stdout.columns ?? 100));
  if (wanted.json !== undefined) {
    writeFileSync(wanted.json, `${JSON.stringify(evidenceOf(performance), null, 2)}\n`);
  }
  if (wanted.serve) await serveUntilInterrupted(cast, wanted.port, performance);
  return performance.verdicts.some(({ verdict }) => verdict === "broken") ? 2 : 0;
}

/** On a terminal one line that changes, elsewhere a line per step. */
async function performWithProgress(cast: Cast): Promise<Performance> {
  const list = new Listr<{ result?: Performance; failure?: unknown }>(
    {
      title: "Rehearsal",
      task: async (context, task) => {
        const progress = (step: string) => {
          task.output = step;
        };
        try {
          const engine = await findEngine({ progress });
          context.result = await perform(cast, { engine, projectDir, progress });
        } catch (error) {
          // Told once, by `tell` below; the list would print it as well.
          context.failure = error;
          task.skip("Rehearsal: stopped");
        }
      },
    },
    // Signals are ours: the list would leave at once, and the engine and its folder behind.
    { fallbackRenderer: "simple", registerSignalListeners: false },
  );
  const { result, failure } = await list.run({});
  if (result === undefined) throw failure;
  return result;
}

async function serveUntilInterrupted({ plan }: Cast, port: number, performed: Performance): Promise<void> {
  // From here on Ctrl-C is the ordinary end.
  forget();
  await untilInterrupted(
    () => showPortal(plan, projectDir, port, performed),
    ({ url }) => {
      console.log(`\nThe portal, with this machine's real numbers: ${url}   (Ctrl-C ends it)`);
      console.log(`The picture of what was rehearsed: ${url}${PICTURE_PATH}`);
    },
  );
}

/** Prints why it failed and returns the exit code that belongs to it. */
function tell(error: unknown): number {
  console.error(error instanceof Error ? error.message : error);
  const known = error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
  return known ? Number(error.exitCode) : 1;
}

/** What still runs is ended first, then the process dies of the signal; what fails on the way is no news. */
let interrupted = false;
const forget = endOnSignal({
  end: async () => {
    interrupted = true;
  },
  endNow: () => undefined,
});
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!interrupted) process.exitCode = tell(error);
}
if (!interrupted) forget();
