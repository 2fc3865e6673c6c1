import { LineCounter, parseDocument } from "yaml";
import type { Problem } from "./problem.ts";

/** The mapping at the top of a YAML text, or why there is none. Parser texts are not used: they quote the source, secrets included. */
export function parseYaml(
  file: string,
  source: string,
): { readonly top?: Fields; readonly problems: Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, strict: true });
  const problem = (wrong: string, remedy: string): Problem => ({ file, key: "", wrong, remedy });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0)
    return {
      problems: faults.map(({ code, pos }) => {
        const { line, col } = lines.linePos(pos[0]);
        const { wrong, remedy } = explain(code, source.slice(pos[0]));
        return problem(`line ${line}, column ${col}: ${wrong}`, remedy);
      }),
    };
  const top: unknown = document.toJS();
  if (isFields(top)) return { top, problems: [] };
  if (top === null || top === undefined)
    return { problems: [problem("an empty file", "write the host's settings or remove the file")] };
  return { problems: [problem("not a mapping of keys to values", "begin with config:")] };
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path of keys, undefined where there is none. */
export const at = (value: unknown, ...path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

function explain(code: string, rest: string): { readonly wrong: string; readonly remedy: string } {
  switch (code) {
    case "DUPLICATE_KEY":
      return {
        wrong: `the key ${/^\S*?(?=:(\s|$))/.exec(rest)?.[0] ?? ""} stands twice`,
        remedy: "keep one of them",
      };
    case "TAB_AS_INDENT":
      return { wrong: "a tab at the start of a line", remedy: "indent with spaces" };
    case "BAD_INDENT":
      return {
        wrong: "a line with the wrong indentation",
        remedy: "indent it like its neighbours, and close every [ and {",
      };
    case "TAG_RESOLVE_FAILED":
      return { wrong: "a YAML tag", remedy: "write the value without it" };
    case "BAD_ALIAS":
      return { wrong: "an alias (*name) without its anchor", remedy: "write the value itself" };
    default:
      return {
        wrong: `not YAML (${code.toLowerCase().replaceAll("_", " ")})`,
        remedy: "mend the line, or the one before it",
      };
  }
}
