import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Plan } from "../../plan/plan.ts";
import { UnreachableError } from "../inventory/answers.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { isThing, kindOf } from "../stack/kinds.ts";
import type { Run, StackAccess } from "../stack/stack-access.ts";
import { type Existing, type Match, matchOf } from "./match.ts";

export interface Adoption {
  readonly stack: string;
  readonly resources: readonly AdoptedResource[];
  /** What does not answer, in its own words. */
  readonly unreachable: readonly string[];
  /** The document that `pulumi import --file` takes: the engine's own, made fit for it, with the ids that were found. */
  readonly importList: ImportList;
}

export interface AdoptedResource extends Match {
  readonly type: string;
  readonly kind: string;
  readonly name: string;
}

export type ImportList = z.output<typeof importFile>;

const importFile = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        type: z.string(),
        name: z.string(),
        /** The program's name, where the list needed another one to be unique. */
        logicalName: z.string().exactOptional(),
        id: z.string().exactOptional(),
        parent: z.string().exactOptional(),
        /** Name of the entry that is its provider. */
        provider: z.string().exactOptional(),
      }),
    )
    .default([]),
});

/** The engine could not make the preview; nothing may be said then. */
class PreviewError extends Error {
  override name = "PreviewError";
}

/** What an install that already runs would become. Changes nothing. @throws PreviewError, ApiError */
export async function adoptionOf(stack: StackAccess, plan: Plan, inventory: Inventory): Promise<Adoption> {
  const { run, document } = await previewWithImportFile(stack);
  const unreachable: string[] = [];
  const existing = await lookAt(stack.name, plan, inventory, unreachable);
  const resources = run.steps
    .filter(({ type }) => isThing(type))
    .map((step) => ({
      type: step.type,
      kind: kindOf(step.type),
      name: step.name,
      ...matchOf(step, existing, plan),
    }));
  return { stack: stack.name, resources, unreachable, importList: withIds(document, resources) };
}

async function previewWithImportFile(stack: StackAccess): Promise<{ run: Run; document: ImportList }> {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-adopt-"));
  try {
    const file = join(folder, "import.json");
    const run = await stack.preview({ importFile: file });
    if (run.failures.length > 0)
      throw new PreviewError(`The preview of ${stack.name} failed: ${run.failures.join("\n")}`);
    return { run, document: importFile.parse(JSON.parse(readFileSync(file, "utf8"))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lookAt(
  host: string,
  plan: Plan,
  inventory: Inventory,
  unreachable: string[],
): Promise<Existing> {
  const look = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      unreachable.push(error.message);
      return undefined;
    }
  };
  const isHub = host === plan.hub.name;
  return {
    docker: await look(() => inventory.docker(host)),
    cloudflare: isHub ? await look(() => inventory.cloudflare()) : undefined,
    hetzner: isHub && plan.server.mode !== "none" ? await look(() => inventory.hetzner()) : undefined,
  };
}

/** Components stay as the engine wrote them; of the things, only those that exist, and the providers that they need. */
function withIds(document: ImportList, resources: readonly AdoptedResource[]): ImportList {
  const idOf = (type: string, name: string) =>
    resources.find((one) => one.type === type && one.name === name)?.id;
  const things = document.resources.flatMap((entry) => {
    const id = isThing(entry.type) ? idOf(entry.type, entry.logicalName ?? entry.name) : undefined;
    return id === undefined ? [] : [{ ...entry, id }];
  });
  const needed = new Set(things.map(({ provider }) => provider));
  const providers = document.resources
    .filter(({ type, name }) => type.startsWith("pulumi:providers:") && needed.has(name))
    .map(withoutParent);
  const components = document.resources.filter(({ type }) => type.startsWith("kitestacks:"));
  return { ...document, resources: [...components, ...providers, ...things] };
}

/**
 * The engine makes the providers of an import before their parents, and then writes a state that it cannot read again
 * ("snapshot integrity failure", 3.259). Beside the stack they do no harm: the first `up` makes the program's own in
 * their place, and removes them.
 */
function withoutParent({ parent: _, ...entry }: ImportList["resources"][number]) {
  return entry;
}
