import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";
import { toDiffResponse } from "./diff-response.ts";

const { ADD, ADD_REPLACE, DELETE, UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;

test("tells per path what kind of change it is and whether the program or the world changed", () => {
  const response = toDiffResponse(
    {
      changes: "some",
      diffs: ["text", "added", "gone", "drifted"],
      replaces: ["envs[0]", "new"],
      deleteBeforeReplace: true,
    },
    {
      olds: { text: "old", gone: 1, envs: ["A=1"], drifted: "by hand" },
      oldInputs: { text: "old", gone: 1, envs: ["A=1"], drifted: "wanted" },
      news: { text: "new", added: 1, envs: ["A=2"], new: true, drifted: "wanted" },
    },
  );
  expect(response.getChanges()).toBe(messages.DiffResponse.DiffChanges.DIFF_SOME);
  expect(response.getDeletebeforereplace()).toBe(true);
  expect(response.getReplacesList()).toEqual(["envs[0]", "new"]);
  const detail = response.getDetaileddiffMap().toObject(false, (_, diff) => diff.toObject());
  expect(Object.fromEntries(detail)).toEqual({
    text: { kind: UPDATE, inputdiff: true },
    added: { kind: ADD, inputdiff: true },
    gone: { kind: DELETE, inputdiff: true },
    drifted: { kind: UPDATE, inputdiff: false },
    "envs[0]": { kind: UPDATE_REPLACE, inputdiff: true },
    new: { kind: ADD_REPLACE, inputdiff: true },
  });
});

test("says that nothing changed", () => {
  const none = { changes: "none", diffs: [], replaces: [], deleteBeforeReplace: false } as const;
  const response = toDiffResponse(
    { ...none, diffs: [], replaces: [] },
    { olds: {}, oldInputs: {}, news: {} },
  );
  expect(response.getChanges()).toBe(messages.DiffResponse.DiffChanges.DIFF_NONE);
});
