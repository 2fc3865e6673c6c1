import { LineCounter, parseDocument, type YAMLError } from "yaml";
import type { Problem } from "./problem.ts";

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path of keys, undefined where there is none. */
export const at = (value: unknown, ...path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

interface Parsed {
  /** The mapping at the top; undefined: there is none, and `problems` says why. */
  readonly top?: Fields;
  readonly problems: readonly Problem[];
}

/** The parser's own texts are not used: they quote the source, secrets included. */
export function parseYaml(file: string, source: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const refuse = (wrong: string, remedy: string): Parsed => ({
    problems: [{ file, key: "", wrong, remedy }],
  });
  const faults = independent([...document.errors, ...document.warnings]);
  if (faults.length > 0)
    return {
      problems: faults.map(({ code, pos }) => {
        const { line, col } = lines.linePos(pos[0]);
        const { wrong, remedy } = explain(code, source.slice(pos[0]));
        return { file, key: "", wrong: `line ${line}, column ${col}: ${wrong}`, remedy };
      }),
    };
  try {
    const top: unknown = document.toJS();
    if (isFields(top)) return { top, problems: [] };
    return top === null || top === undefined
      ? refuse("an empty file", "write the host's settings or remove the file")
      : refuse("not a mapping of keys to values", "begin with config:");
  } catch {
    // The only thing that can fail here: aliases are followed when the values are made.
    return refuse("an alias (*name) without its anchor, or too many", "write the value itself");
  }
}

/** After the first slip in the syntax the others only follow from it; keys that stand twice do not. */
function independent(faults: readonly YAMLError[]): readonly YAMLError[] {
  const first = faults.find(({ code }) => code !== "DUPLICATE_KEY");
  return faults.filter((fault) => fault.code === "DUPLICATE_KEY" || fault === first);
}

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
    default:
      return {
        wrong: `not YAML (${code.toLowerCase().replaceAll("_", " ")})`,
        remedy: "mend the line, or the one before it",
      };
  }
}
