import type { z } from "zod";
import { type Problem, pathText } from "./problem.ts";
import { faultOf } from "./schema/fault.ts";
import { at } from "./yaml.ts";

/** What zod found in one key of a file, one problem per place: the first rule that fails explains the others. */
export function problemsOf(
  file: string,
  key: string,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): Problem[] {
  const problems = issues.flatMap((issue) => explainIssue(file, key, value, issue));
  return problems.filter(
    (problem, index) => problems.findIndex((other) => other.key === problem.key) === index,
  );
}

function explainIssue(file: string, key: string, value: unknown, issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys") {
    // The value stays out: under a mistyped key it may be a secret.
    const texts = issue.message.split("\n");
    return issue.keys.map((name, index) => ({
      file,
      key: pathText(key, [...issue.path, name]),
      ...faultOf(texts[index] ?? issue.message),
    }));
  }
  const shown = showable(at(value, ...issue.path));
  const inner = issue.code === "invalid_key" ? issue.issues[0] : undefined;
  return [
    {
      file,
      key: pathText(key, issue.path),
      ...(shown === undefined || inner !== undefined ? {} : { value: shown }),
      ...faultOf(inner?.message ?? issue.message),
    },
  ];
}

/** Values that a person can find again in the file; never a mapping. */
const showable = (value: unknown): unknown =>
  ["string", "number", "boolean"].includes(typeof value) ? value : undefined;
