import { catalogue } from "../../catalogue/catalogue.ts";
import type { ContainerFile } from "../../catalogue/facts.ts";
import { resolve } from "../../catalogue/text.ts";
import { makePlan } from "../../plan/make-plan.ts";
import type { ContainerPlan } from "../../plan/plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import type { Settings } from "../../settings/settings.ts";
import { type BlueprintFile, BlueprintTag, readBlueprint } from "./read-blueprint.ts";

export type ReadEntry = BlueprintFile["entries"][number];

export interface Read {
  readonly name: string;
  readonly file: ContainerFile;
  readonly blueprint: BlueprintFile;
}

/** Authentik's worker on every host, hub first. */
export function workers(settings: Settings = exampleSettings()): readonly ContainerPlan[] {
  return makePlan(settings, catalogue).hosts.flatMap(({ containers }) =>
    containers.filter(({ name }) => name === "authentik-worker"),
  );
}

/** What a worker would load, parsed; the address of a host still to be made is 100.100.100.100. */
export function readFiles(worker: ContainerPlan | undefined): readonly Read[] {
  const files = worker?.files ?? [];
  return files.map((file) => ({
    name: file.path.slice(file.path.lastIndexOf("/") + 1),
    file,
    blueprint: readBlueprint(resolve(file.content, () => "100.100.100.100")),
  }));
}

export function entriesOf(files: readonly Read[], model: string): readonly ReadEntry[] {
  return files.flatMap(({ blueprint }) => blueprint.entries).filter((entry) => entry.model === model);
}

/** Every tag in a value, nested ones too. */
export function tagsIn(value: unknown): readonly BlueprintTag[] {
  if (value instanceof BlueprintTag) return [value, ...value.args.flatMap(tagsIn)];
  if (Array.isArray(value)) return value.flatMap(tagsIn);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(tagsIn) : [];
}

export const findsOf = (value: unknown): readonly BlueprintTag[] =>
  tagsIn(value).filter(({ tag }) => tag === "!Find");
