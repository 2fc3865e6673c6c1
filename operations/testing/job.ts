import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).default({}),
});
type Step = z.output<typeof step>;

/** A job of a workflow file, of either forge, as far as running it goes. */
export const jobOf = z.looseObject({ if: z.string().optional(), steps: z.array(step) });

/** What the forge would know: `{ "secrets.FORGE_TOKEN": "…" }`. A name that is not here is an error of the test. */
export type Context = Readonly<Record<string, string>>;

export interface JobOptions {
  readonly folder: string;
  readonly context: Context;
  /** The whole environment that steps start with, HOME and PATH too. */
  readonly environment: Readonly<Record<string, string>>;
  /** Commands that this checkout has seen already, and that change nothing the second time. */
  readonly done?: readonly string[];
}

export interface JobRun {
  /** Whether the job counts as run at all. */
  readonly skipped: boolean;
  readonly failed: boolean;
  /** What each `run` step said, by its first line. */
  readonly steps: readonly { readonly run: string; readonly code: number; readonly said: string }[];
  /** Files that were there to be kept. */
  readonly kept: readonly string[];
}

/** Runs the commands of a job one after the other as a forge's runner does, every expression filled in. */
export async function runJob(job: z.output<typeof jobOf>, options: JobOptions): Promise<JobRun> {
  const skipped = job.if !== undefined && !holds(job.if, options, false);
  const run = { skipped, failed: false, steps: [] as JobRun["steps"][number][], kept: [] as string[] };
  for (const one of skipped ? [] : job.steps) {
    if (!holds(one.if ?? "success()", options, run.failed)) continue;
    if (one.uses?.includes("/upload-artifact@")) run.kept.push(...keptBy(one, options));
    if (one.run === undefined || options.done?.includes(one.run)) continue;
    const result = await runStep(one.run, one.env, options);
    run.steps.push({ run: one.run.split("\n")[0] ?? "", ...result });
    run.failed ||= result.code !== 0;
  }
  return run;
}

/** Fills in every `${{ name }}`. @throws Error naming one that nothing is known of */
function filled(text: string, context: Context): string {
  return text.replaceAll(/\$\{\{ *([\w.]+) *\}\}/g, (_, name: string) => known(name, context));
}

function known(name: string, context: Context): string {
  const value = context[name];
  if (value === undefined) throw new Error(`the workflow asks for ${name}, which the test does not know`);
  return value;
}

/** The few forms of conditions that the workflows have, joined by `&&`. */
function holds(condition: string, { folder, context }: JobOptions, failed: boolean): boolean {
  const terms = condition.split("&&").map((term) => term.trim());
  const readsStatus = terms.some((term) => /^(always|success)\(\)$/.test(term));
  return terms.every((term) => {
    if (term === "always()") return true;
    if (term === "success()") return !failed;
    if (failed && !readsStatus) return false;
    const [, file] = /^hashFiles\('([^']+)'\) != ''$/.exec(term) ?? [];
    if (file !== undefined) return existsSync(join(folder, file));
    const [, left, right] = /^([\w.]+) == ([\w.]+)$/.exec(term) ?? [];
    if (left === undefined || right === undefined)
      throw new Error(`the test cannot read the condition ${term}`);
    return known(left, context) === known(right, context);
  });
}

const keptBy = ({ with: given = {} }: Step, { folder, context }: JobOptions) =>
  [filled(String(given["path"]), context)].filter((file) => existsSync(join(folder, file)));

/** Both forges' runners hand a script to `bash -e`. */
function runStep(script: string, own: Readonly<Record<string, string>>, options: JobOptions) {
  const { folder, context, environment } = options;
  const filledIn = Object.entries(own).map(([name, value]) => [name, filled(value, context)]);
  const child = spawn("bash", ["-e", "-o", "pipefail", "-c", filled(script, context)], {
    cwd: folder,
    env: { ...environment, ...Object.fromEntries(filledIn) },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise<{ code: number; said: string }>((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done({ code: code ?? 1, said }));
  });
}
