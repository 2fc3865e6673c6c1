import { judge } from "../promises/all.ts";
import type { Observed, ObservedRun, Verdict } from "../promises/observed.ts";
import type { Cast } from "./cast.ts";
import type { FoundEngine } from "./engine/found.ts";
import { Rehearsal } from "./rehearsal.ts";

/** What a performed rehearsal has to show. */
export interface Performance {
  readonly engine: FoundEngine;
  readonly stacks: readonly StackTimes[];
  readonly observed: Observed;
  readonly verdicts: readonly Verdict[];
  readonly seconds: {
    /** Waiting for the engine alone. */
    readonly engine: number;
    /** Loading and running the program. */
    readonly program: number;
    /** The simulated clouds' answers. */
    readonly world: number;
    readonly total: number;
  };
}

export interface StackTimes {
  readonly name: string;
  /** How many resources of each type the stack has. */
  readonly resources: Readonly<Record<string, number>>;
  readonly seconds: { readonly up: number; readonly secondUp: number; readonly refresh: number };
}

/** Called before each step with what it does, e.g. `<host>: up`. */
export type Progress = (step: string) => void;

/** Brings every stack up, hub first, then asks each for a second `up` and a refresh, and judges what came of it. */
export async function perform(
  cast: Cast,
  options: { readonly engine: FoundEngine; readonly projectDir: string; readonly progress: Progress },
): Promise<Performance> {
  const started = performance.now();
  const { engine, projectDir, progress } = options;
  progress("loading the program");
  const program = (await import("../index.ts")).default;
  const loadSeconds = secondsSince(started);
  const rehearsal = await Rehearsal.open({ engine, cast, program, projectDir });
  try {
    const stacks = await performStacks(rehearsal, progress);
    progress("judging the promises");
    const observed = await rehearsal.observe();
    const engineWall = stacks.flatMap(({ seconds }) => Object.values(seconds)).reduce((a, b) => a + b, 0);
    const { programSeconds, worldSeconds } = rehearsal;
    return {
      engine,
      stacks,
      observed,
      verdicts: judge(observed),
      seconds: {
        engine: Math.max(0, engineWall - programSeconds - worldSeconds),
        program: loadSeconds + programSeconds,
        world: worldSeconds,
        total: secondsSince(started),
      },
    };
  } finally {
    await rehearsal.close();
  }
}

async function performStacks(rehearsal: Rehearsal, progress: Progress): Promise<StackTimes[]> {
  const names = rehearsal.cast.plan.hosts.map(({ name }) => name);
  const up = await inTurn(names, (name) => timed(rehearsal, name, "up", progress));
  const secondUp = await inTurn(names, (name) => timed(rehearsal, name, "second up", progress));
  const refresh = await inTurn(names, (name) => timed(rehearsal, name, "refresh", progress));
  return inTurn(names, async (name) => ({
    name,
    resources: countByType(await rehearsal.stack(name)),
    seconds: { up: up.get(name) ?? 0, secondUp: secondUp.get(name) ?? 0, refresh: refresh.get(name) ?? 0 },
  })).then((byName) => [...byName.values()]);
}

async function timed(
  rehearsal: Rehearsal,
  name: string,
  kind: ObservedRun["kind"],
  progress: Progress,
): Promise<number> {
  progress(`${name}: ${kind}`);
  const operation = kind === "refresh" ? await rehearsal.refresh(name) : await rehearsal.up(name, kind);
  return operation.seconds;
}

/** One after the other: a member reads what the hub has just written. */
async function inTurn<T>(
  names: readonly string[],
  run: (name: string) => Promise<T>,
): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  for (const name of names) results.set(name, await run(name));
  return results;
}

function countByType(stack: { resources(): readonly { type: string }[] }): Record<string, number> {
  const groups = Map.groupBy(stack.resources(), ({ type }) => type);
  return Object.fromEntries([...groups].map(([type, list]) => [type, list.length]));
}

const secondsSince = (started: number) => (performance.now() - started) / 1000;
