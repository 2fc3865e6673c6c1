import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { catalogue } from "../../catalogue/catalogue.ts";
import type { Service } from "../../catalogue/service.ts";
import kitestacks from "../../index.ts";
import { makePlan } from "../../plan/make-plan.ts";
import type { Plan } from "../../plan/plan.ts";
import { readCast } from "../../rehearsal/cast.ts";
import type { FoundEngine } from "../../rehearsal/engine/found.ts";
import { Rehearsal } from "../../rehearsal/rehearsal.ts";
import { loadStackFiles, readSettings } from "../../settings/read.ts";
import { exampleStacks } from "../../settings/testing.ts";
import { rehearsedStack, type StackAccess } from "../stack/stack-access.ts";

const projectDir = resolve(import.meta.dirname, "../..");

/** What a pull request changes: text in stack files, or, for a change of the catalogue, what the program asks for. */
export interface Change {
  /** Replacements per stack file; the text to replace must be there. A file that does not exist is made. */
  readonly files?: Readonly<Record<string, readonly (readonly [from: string, to: string])[] | string>>;
  /** Another catalogue, made from the one there is. */
  readonly catalogue?: (services: readonly Service[]) => readonly Service[];
  /** Other arguments for some resources, as a change of a component would give them. */
  readonly resources?: pulumi.ResourceTransformation;
}

/** The two stacks of the repository in a simulated world, and pull requests on top of them. */
export class BothUp {
  readonly rehearsal: Rehearsal;
  #folder = "";
  #change: Change = {};
  #work = "";

  private constructor(rehearsal: Rehearsal) {
    this.rehearsal = rehearsal;
  }

  /** With `bringUp: false` the world is as it was before the first `up`. */
  static async open(engine: FoundEngine, { bringUp = true } = {}): Promise<BothUp> {
    const cast = readCast(exampleStacks);
    const both: { current?: BothUp } = {};
    const program = (work: string = projectDir) =>
      both.current?.run(work) ?? kitestacks(work, catalogue, "rehearsed");
    const rehearsal = await Rehearsal.open({ engine, cast, program, projectDir });
    const opened = new BothUp(rehearsal);
    both.current = opened;
    if (bringUp) for (const { name } of cast.plan.hosts) await rehearsal.up(name);
    else await rehearsal.stack(cast.plan.hub.name);
    return opened;
  }

  async stack(name: string): Promise<StackAccess> {
    return rehearsedStack(await this.rehearsal.stack(name), this.rehearsal.cast.secrets);
  }

  /** Makes a change for what runs from now on, and gives the plan that its settings make. */
  propose(change: Change, stack: string): Plan {
    this.withdraw();
    this.#change = change;
    if (change.catalogue) fillCatalogue(change.catalogue(original));
    this.#folder = mkdtempSync(join(tmpdir(), "kitestacks-change-"));
    const files: Record<string, string> = { ...this.#filesInForce() };
    for (const [file, edit] of Object.entries(change.files ?? {})) {
      files[file] = typeof edit === "string" ? edit : edited(file, files[file] ?? "", edit);
    }
    for (const [file, text] of Object.entries(files)) writeFileSync(join(this.#folder, file), text);
    return makePlan(readSettings({ files: loadStackFiles(this.#folder), stack }), catalogue);
  }

  /** Keeps the world as it is now, for `putBack`. */
  saveWorld(): string {
    return this.rehearsal.world.save();
  }

  /** The world as it was saved. What counts how often a thing was made goes on, so that no id comes twice. */
  putBack(saved: string): void {
    const { state } = this.rehearsal.world;
    const { generations } = state;
    putInPlace(state, { ...JSON.parse(saved), generations: { ...generations } });
  }

  withdraw(): void {
    if (this.#folder !== "") rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = "";
    this.#change = {};
    fillCatalogue(original);
  }

  async close(): Promise<void> {
    this.withdraw();
    await this.rehearsal.close();
  }

  private run(work: string) {
    this.#work = work;
    if (this.#change.resources) pulumi.runtime.registerStackTransformation(this.#change.resources);
    return kitestacks(this.#folder === "" ? work : this.#folder, catalogue, "rehearsed");
  }

  /** The engine's copies, which name the secrets that were given; before the first run the cast's. */
  #filesInForce(): Record<string, string> {
    if (this.#work === "") return { ...this.rehearsal.cast.files };
    const names = readdirSync(this.#work).filter((name) => /^Pulumi\..+\.yaml$/.test(name));
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(this.#work, name), "utf8")]));
  }
}

/** Makes `target` equal to `wanted` without new objects: the world's parts hold on to the ones that they know. */
function putInPlace(target: object, wanted: object): void {
  for (const key of Object.keys(target)) if (!(key in wanted)) Reflect.deleteProperty(target, key);
  for (const [key, value] of Object.entries(wanted)) {
    const old: unknown = Reflect.get(target, key);
    const bothObjects = isRecord(old) && isRecord(value);
    if (bothObjects) putInPlace(old, value);
    else Reflect.set(target, key, value);
  }
}

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const original = [...catalogue];

/** The program imports the one catalogue there is, so a changed one has to be put into its place. */
function fillCatalogue(services: readonly Service[]): void {
  (catalogue as Service[]).splice(0, catalogue.length, ...services);
}

function edited(file: string, text: string, edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`${file} has no "${from}" to replace`);
    return before.replace(from, to);
  }, text);
}
