import { type Document, isNode, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import type { Problem } from "./problem.ts";
import { readDifferently } from "./read-alike.ts";

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
  /** What Pulumi reads as something else; each has a key of its own. */
  readonly differing: readonly Problem[];
}

/**
 * The parser's own texts are not used: they quote the source, secrets included.
 * @param shown keys of the config whose values an error may repeat
 */
export function parseYaml(file: string, source: string, shown: readonly string[]): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const refuse = (wrong: string, remedy: string): Parsed => ({
    problems: [{ file, key: "", wrong, remedy }],
    differing: [],
  });
  const faults = [
    ...independent([...document.errors, ...document.warnings]).map(({ code, pos }) => ({
      at: pos[0],
      ...explain(code, source.slice(pos[0])),
    })),
    ...charactersOfGo(source),
    ...(document.errors.length + document.warnings.length > 0 ? [] : directivesAndTags(document, source)),
  ];
  if (faults.length > 0)
    return {
      problems: faults.map(({ at, wrong, remedy }) => {
        const { line, col } = lines.linePos(at);
        return { file, key: "", wrong: `line ${line}, column ${col}: ${wrong}`, remedy };
      }),
      differing: [],
    };
  try {
    const top: unknown = document.toJS();
    if (isFields(top))
      return { top, problems: [], differing: readDifferently(file, document, source, shown) };
    return top === null || top === undefined
      ? refuse("an empty file", "write the host's settings or remove the file")
      : refuse("not a mapping of keys to values", "begin with config:");
  } catch {
    // The only thing that can fail here: aliases are followed when the values are made.
    return refuse("an alias (*name) without its anchor, or too many", "write the value itself");
  }
}

interface FaultAt {
  readonly at: number;
  readonly wrong: string;
  readonly remedy: string;
}

/**
 * Characters that end a line for Go's YAML (in a comment, too: what follows becomes a setting) or that it refuses, and
 * what a text in another encoding than UTF-8 is read as.
 */
function charactersOfGo(source: string): readonly FaultAt[] {
  const at = source.search(/(?![\t\n\r])[\p{Cc}\u2028\u2029\ufffd-\uffff]/u);
  if (at < 0) return [];
  const code = (source.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return code === "FFFD"
    ? [{ at, wrong: "bytes that are no UTF-8", remedy: "save the file as UTF-8" }]
    : [{ at, wrong: `the invisible character U+${code}`, remedy: "remove it" }];
}

/** `%YAML 1.1` changes what we read, `%YAML 1.2` is an error for Pulumi, and a tag means the same to neither. */
function directivesAndTags(document: Document, source: string): readonly FaultAt[] {
  const directive = /^%/m.exec(source);
  if (
    document.directives?.docStart &&
    directive !== null &&
    directive.index < (document.contents?.range?.[0] ?? 0)
  )
    return [{ at: directive.index, wrong: "a YAML directive", remedy: "remove the line" }];
  const tagged: FaultAt[] = [];
  visit(document, (_key, node) => {
    if (isNode(node) && node.tag !== undefined && "range" in node)
      tagged.push({ at: node.range?.[0] ?? 0, ...explain("TAG_RESOLVE_FAILED", "") });
  });
  return tagged;
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
