import { isDeepStrictEqual } from "node:util";
import type { DiffResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { valueAt } from "./property-path.ts";
import type { DiffResult, Properties } from "./provider.ts";

interface Compared {
  /** The state. */
  olds: Properties;
  oldInputs: Properties;
  news: Properties;
}

/** The engine's form of a diff, with the kind of change per path (added, removed, updated; replacing or not). */
export function toDiffResponse(diff: DiffResult, compared: Compared): DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse();
  response.setChanges(diff.changes === "some" ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList(diff.replaces);
  response.setDiffsList(diff.diffs);
  response.setDeletebeforereplace(diff.deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const path of new Set([...diff.diffs, ...diff.replaces])) {
    response.getDetaileddiffMap().set(path, toPropertyDiff(path, diff.replaces.includes(path), compared));
  }
  return response;
}

function toPropertyDiff(path: string, replaces: boolean, { olds, oldInputs, news }: Compared) {
  const after = valueAt(news, path);
  // Where the program changed nothing, it is the state that differs: drift.
  const inputDiff = !isDeepStrictEqual(valueAt(oldInputs, path), after);
  const before = valueAt(inputDiff ? oldInputs : olds, path);
  const kinds = messages.PropertyDiff.Kind;
  const [plain, replacing] =
    before === undefined
      ? [kinds.ADD, kinds.ADD_REPLACE]
      : after === undefined
        ? [kinds.DELETE, kinds.DELETE_REPLACE]
        : [kinds.UPDATE, kinds.UPDATE_REPLACE];
  const result = new messages.PropertyDiff();
  result.setKind(replaces ? replacing : plain);
  result.setInputdiff(inputDiff);
  return result;
}
