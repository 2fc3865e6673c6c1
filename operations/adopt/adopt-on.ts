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
  /** The document that `pulumi import --file` takes, made by the engine itself, with the ids that were found. */
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
        logicalName: z.string().optional(),
        id: z.string().optional(),
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

/** Parents and providers stay as the engine wrote them; of the things, only those that exist. */
function withIds(document: ImportList, resources: readonly AdoptedResource[]): ImportList {
  const idOf = (type: string, name: string) =>
    resources.find((one) => one.type === type && one.name === name)?.id;
  return {
    ...document,
    resources: document.resources.flatMap((entry) => {
      if (!isThing(entry.type)) return [entry];
      const id = idOf(entry.type, entry.logicalName ?? entry.name);
      return id === undefined ? [] : [{ ...entry, id }];
    }),
  };
}
