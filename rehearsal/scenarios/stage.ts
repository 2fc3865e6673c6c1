import { resolve } from "node:path";
import { onTestFinished } from "vitest";
import program from "../../index.ts";
import { judge } from "../../promises/all.ts";
import type { Observed, PromiseId, Verdict } from "../../promises/observed.ts";
import { exampleStacks } from "../../settings/testing.ts";
import { type Cast, castOf, readCast } from "../cast.ts";
import { EngineFailure } from "../engine/failure.ts";
import type { FoundEngine } from "../engine/found.ts";
import type { Operation } from "../engine/operation.ts";
import { outsideWorld } from "../outside-world.ts";
import { Rehearsal, type RehearsalOptions } from "../rehearsal.ts";
import { readSaved } from "../saved.ts";
import { createWorld, type World } from "../world/world.ts";
import { builtOnce } from "./once.ts";

export const projectDir = resolve(import.meta.dirname, "../..");

/** The two hosts of the architecture, and a computer on the same tailnet that none of the stack files knows. */
export const cast = readCast(exampleStacks);
export const [hub = "", member = ""] = cast.plan.hosts.map(({ name }) => name);
export const stranger = "attic";

/** A rehearsal that is closed when the running test ends. */
export async function open(engine: FoundEngine, options: Partial<RehearsalOptions> = {}): Promise<Rehearsal> {
  const rehearsal = await Rehearsal.open({ engine, cast, program, projectDir, ...options });
  onTestFinished(() => rehearsal.close());
  return rehearsal;
}

/** Empty accounts, and the computers that are there before the first `up`. */
export function emptyWorld(): World {
  const everybody = castOf({ ...cast.files, [`Pulumi.${stranger}.yaml`]: thirdHost() });
  return createWorld(outsideWorld(everybody.plan.settings, cast.secrets, projectDir));
}

export function thirdHost(...more: string[]): string {
  const lines = ["role: member", "tailnetAddress: 100.64.9.9", "ramMiB: 8192", "swapMiB: 8192", ...more];
  return `config:\n  kitestacks:host:\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

/** Both stacks up, asked for a second `up` and a refresh; every caller gets a world of its own. */
export async function bothUp(engine: FoundEngine) {
  const folder = await builtOnce("both-up", async (target) => {
    const rehearsal = await Rehearsal.open({ engine, cast, program, projectDir, world: emptyWorld() });
    try {
      for (const name of [hub, member]) await rehearsal.up(name);
      for (const name of [hub, member]) await rehearsal.up(name, "second up");
      for (const name of [hub, member]) await rehearsal.refresh(name);
      rehearsal.save(target);
    } finally {
      await rehearsal.close();
    }
  });
  return readSaved(folder, { projectDir });
}

/** A rehearsal that goes on from “both stacks up”. */
export async function openBothUp(engine: FoundEngine, options: Partial<RehearsalOptions> = {}) {
  return open(engine, { saved: await bothUp(engine), ...options });
}

/** The stack files of a cast with texts replaced; an old text that is not there is an error, so that no test edits nothing. */
export function edited(from: Cast, file: string, ...changes: readonly (readonly [string, string])[]): Cast {
  const text = changes.reduce((before, [old, replacement]) => {
    if (!before.includes(old)) throw new Error(`${file} has no "${old}"`);
    return before.replace(old, replacement);
  }, from.files[file] ?? "");
  return castOf({ ...from.files, [file]: text }, from.catalogue);
}

/** The promises that do not stand as proved, each with its evidence. */
export function notProved(observed: Observed): Partial<Record<PromiseId, Verdict["evidence"]>> {
  const verdicts = judge(observed).filter(({ verdict }) => verdict !== "proved");
  return Object.fromEntries(verdicts.map(({ id, evidence }) => [id, evidence]));
}

/** How an operation failed; an error where it succeeded. */
export async function failureOf(operation: Promise<unknown>): Promise<EngineFailure> {
  const error = await operation.then(
    () => new Error("the operation succeeded, and was expected to fail"),
    (reason: unknown) => reason,
  );
  if (error instanceof EngineFailure) return error;
  throw error;
}

/** The steps that a replacement consists of: the replacement itself is listed. */
const PARTS = ["create-replacement", "delete-replaced", "discard-replaced"];

/** Everything that was done, or would be, as “replace Container grafana”, sorted. */
export function done({ changes }: Operation): string[] {
  return changes
    .filter(({ op }) => !PARTS.includes(op))
    .map(({ op, type, name }) => `${op} ${type.split(":").at(-1)} ${name}`)
    .sort();
}

/** The drift gate of CI, except that changes do not make it fail: what is not applied, or no longer so. */
export async function gate(rehearsal: Rehearsal, name: string): Promise<Operation> {
  const stack = await rehearsal.stack(name);
  return stack.preview({ refresh: true, runProgram: true });
}
