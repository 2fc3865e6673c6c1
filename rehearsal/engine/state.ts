import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const stateFile = z.looseObject({
  checkpoint: z.looseObject({
    latest: z
      .looseObject({
        resources: z
          .array(z.looseObject({ urn: z.string(), type: z.string(), id: z.string().optional() }))
          .optional(),
        pending_operations: z
          .array(z.looseObject({ type: z.string(), resource: z.looseObject({ urn: z.string() }) }))
          .optional(),
      })
      .optional(),
  }),
});

/** A resource as it stands in the state; secrets in `inputs` and `outputs` are encrypted. */
export interface StoredResource {
  urn: string;
  type: string;
  id: string | undefined;
  /** Everything that the state says of it, the fields above included. */
  raw: Record<string, unknown>;
}

/** An operation that was under way when an engine was killed: the resource may exist although no state says so. */
export interface PendingOperation {
  urn: string;
  /** "creating", "updating", "deleting", "reading". */
  type: string;
}

/**
 * The text of a stack's state file, exactly as the backend keeps it. The Automation API's `exportStack` is no
 * substitute: it asks for the secrets in plain text. `undefined` for a stack that was never brought up.
 */
export function readState(stateFolder: string, project: string, stack: string): string | undefined {
  const file = join(stateFolder, ".pulumi", "stacks", project, `${stack}.json`);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

export function resourcesIn(state: string | undefined): StoredResource[] {
  return (latest(state)?.resources ?? []).map((raw) => ({ urn: raw.urn, type: raw.type, id: raw.id, raw }));
}

export function pendingIn(state: string | undefined): PendingOperation[] {
  const operations = latest(state)?.pending_operations ?? [];
  return operations.map(({ type, resource }) => ({ type, urn: resource.urn }));
}

function latest(state: string | undefined) {
  return state === undefined ? undefined : stateFile.parse(JSON.parse(state)).checkpoint.latest;
}
