import { type ChildProcess, fork } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import Table from "cli-table3";
import { endOnSignal } from "../engine/cleanup.ts";
import { apply, type Mutation } from "./mutation.ts";
import type { Outcome } from "./play.ts";
import { seeded } from "./seeded.ts";
import { survives } from "./verdict.ts";

const projectDir = resolve(import.meta.dirname, "../..");
/** Longer than any rehearsal takes on a busy machine. */
const PATIENCE_MS = 300_000;

/** Puts one bug after the other into a copy of the program and asks the rehearsal. Exit code 2 when one is not caught. */
async function main(words: readonly string[]): Promise<number> {
  const chosen = seeded.filter(({ bug }) => words.every((word) => bug.includes(word)));
  const copy = copyOfTheProgram();
  const remove = () => rmSync(copy, { recursive: true, force: true });
  const forget = endOnSignal({ end: async () => remove(), endNow: remove });
  const table = new Table({ head: ["bug", "caught by", "seconds"], wordWrap: true, colWidths: [40, 70, 9] });
  const survivors: string[] = [];
  try {
    for (const mutation of [unchanged, ...chosen]) {
      const started = performance.now();
      const why = await tried(mutation, copy);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      if (why !== undefined) survivors.push(`${mutation.bug}: ${why}`);
      table.push([mutation.bug, why === undefined ? expectation(mutation) : `NOT CAUGHT: ${why}`, seconds]);
      console.error(`${why === undefined ? "ok" : "NOT CAUGHT"}  ${mutation.bug}  ${seconds} s`);
    }
  } finally {
    remove();
    forget();
  }
  console.log(table.toString());
  for (const survivor of survivors) console.error(survivor);
  return survivors.length > 0 ? 2 : 0;
}

/** The control: a rehearsal that finds fault with the program as it is would “catch” everything. */
const unchanged: Mutation = {
  bug: "none",
  edits: [],
  caughtBy: { broken: [], words: "" },
  settling: true,
  dockerDies: true,
};

/** Why the bug is not caught, or `undefined`. A bug that cannot be put in any more counts as not caught. */
async function tried(mutation: Mutation, copy: string): Promise<string | undefined> {
  try {
    const takeBack = apply(mutation, copy);
    const outcome = await playIn(copy, mutation).finally(takeBack);
    return survives(mutation, outcome);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** In a process of its own, because a module is loaded only once in each. */
function playIn(copy: string, { settling, dockerDies }: Mutation): Promise<Outcome> {
  return new Promise((done, fail) => {
    const words = [...(settling ? ["--settling"] : []), ...(dockerDies ? ["--docker-dies"] : [])];
    const child = fork(join(copy, "rehearsal/mutations/play.ts"), words, {
      cwd: copy,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Away from the terminal: Ctrl-C would reach it besides what is sent below, and a second signal ends it untidily.
      detached: true,
    });
    const forget = endOnSignal({ end: () => ended(child), endNow: () => child.kill("SIGKILL") });
    const impatience = setTimeout(() => child.kill(), PATIENCE_MS);
    let printed = "";
    child.stderr?.on("data", (text) => {
      printed += text;
    });
    child.once("message", (outcome: Outcome) => done(outcome));
    child.once("error", fail);
    child.once("close", (code, signal) => {
      clearTimeout(impatience);
      forget();
      fail(new Error(`the rehearsal ended with ${signal ?? code} and no result:\n${printed}`));
    });
  });
}

/** Lets it tidy up. Whoever waits for its outcome waits on: the next bug must not be put in any more. */
function ended(child: ChildProcess): Promise<void> {
  child.removeAllListeners("message").removeAllListeners("close");
  child.kill("SIGTERM");
  return new Promise((done) => child.once("close", () => done()));
}

function copyOfTheProgram(): string {
  const copy = mkdtempSync(join(tmpdir(), "kitestacks-mutations-"));
  const left = new Set(["node_modules", ".git", "dist", ".ci-cache"]);
  cpSync(projectDir, copy, {
    recursive: true,
    filter: (path) =>
      !relative(projectDir, path)
        .split(sep)
        .some((part) => left.has(part)),
  });
  symlinkSync(join(projectDir, "node_modules"), join(copy, "node_modules"), "dir");
  return copy;
}

function expectation({ caughtBy }: Mutation): string {
  if ("failure" in caughtBy) return `the up fails: ${caughtBy.failure}`;
  return caughtBy.broken.length === 0
    ? "nothing, as it should be"
    : `${caughtBy.broken.join(", ")}: ${caughtBy.words}`;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  return 1;
});
