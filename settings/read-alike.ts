import { type Document, isMap, isScalar, isSeq, type Pair, type Scalar } from "yaml";
import { type GoScalar, goReads } from "../formats/go-yaml.ts";
import { type Problem, pathText } from "./problem.ts";

type Fault = Omit<Problem, "file" | "key">;
type Path = readonly PropertyKey[];

/**
 * What Pulumi reads as something else than we do. A rotation label written 2026-12-01 was a text here and a date
 * there: the next `pulumi config set`, of any key, wrote it back as another text, and the preview after it made the
 * secret anew.
 * @param shown keys of the config whose values may be repeated; the others may hold secrets
 */
export function readDifferently(
  file: string,
  document: Document,
  source: string,
  shown: readonly string[],
): Problem[] {
  const found: Problem[] = [];
  const note = (path: Path, fault: Fault | undefined): void => {
    if (fault !== undefined) found.push({ file, key: keyText(path), ...fault });
  };
  const visit = (node: unknown, path: Path, inFlow: boolean): void => {
    if (isSeq(node))
      for (const [index, item] of node.items.entries()) visit(item, [...path, index], inFlow || !!node.flow);
    else if (isMap(node)) for (const pair of node.items) visitPair(pair, path, inFlow || !!node.flow);
    else if (isScalar(node) && shown.includes(String(path[1]))) note(path, ofValue(node, source, inFlow));
  };
  const visitPair = ({ key, value }: Pair, path: Path, inFlow: boolean): void => {
    const inner = [...path, isScalar(key) ? String(key.value ?? "") : ""];
    note(inner, ofKey(key, inFlow));
    visit(value, inner, inFlow);
  };
  visit(document.contents, [], false);
  return found;
}

/** As the schema names it: without the `config` that everything stands under. */
function keyText([top, ...rest]: Path): string {
  const [key = "", ...path] = top === "config" && rest.length > 0 ? rest : [top ?? "", ...rest];
  return pathText(String(key), path);
}

function ofValue(node: Scalar, source: string, inFlow: boolean): Fault | undefined {
  const control = typeof node.value === "string" ? /[\p{Cc}\u2028\u2029]/u.exec(node.value)?.[0] : undefined;
  // Pulumi writes some texts of several lines back as others; and no setting has a use for one.
  if (control !== undefined) return ofControl(node.value, control);
  if (node.type === "QUOTE_DOUBLE") return ofEscapes(node, source);
  if (node.type !== "PLAIN") return undefined;
  const plain = node.source ?? "";
  const go = goReads(plain);
  if (!isSame(go, node.value)) return ofPlain(plain, go, node.value);
  return inFlow ? inBrackets(plain) : undefined;
}

const ofControl = (value: unknown, control: string): Fault =>
  control === "\n" || control === "\r"
    ? { value, wrong: "a text with a line break", remedy: "write it on one line" }
    : { value, wrong: "a text with a control character", remedy: "write it without" };

/** Go keeps 63 bits of a whole number and rounds only what is larger; we round from 2^53 on. */
function isSame(go: GoScalar, ours: unknown): boolean {
  if (go.kind !== "number") return go.kind === kindOf(ours);
  const exact = typeof go.value === "bigint" && BigInt.asIntN(64, go.value) === go.value;
  return exact ? isWhole(ours) && BigInt(ours) === go.value : Number(go.value) === ours;
}

const isWhole = (value: unknown): value is number => Number.isInteger(value);

const kindOf = (ours: unknown): string =>
  ours === null ? "null" : typeof ours === "string" ? "text" : typeof ours;

function ofPlain(plain: string, go: GoScalar, ours: unknown): Fault {
  const number =
    go.kind === "number" && Number.isSafeInteger(Number(go.value)) ? Number(go.value) : undefined;
  return {
    value: plain,
    wrong:
      go.kind === "unwritable number"
        ? "a number that Pulumi cannot write"
        : `read as ${inWords(go)} by Pulumi and as ${typeof ours === "number" ? ours : "a text"} here`,
    remedy: `write it in quotes, ${quoted(plain)}${number === undefined ? "" : `, or the number as ${number}`}`,
  };
}

function inWords(go: GoScalar): string {
  if (go.kind === "number") return String(go.value);
  return go.kind === "unwritable number" ? `an ${go.kind}` : go.kind === "null" ? "nothing" : `a ${go.kind}`;
}

const quoted = (plain: string): string => JSON.stringify(plain);

/** Go's parser takes a question mark there for the sign of a key, and a colon for the end of one. */
function inBrackets(plain: string): Fault | undefined {
  if (!plain.includes("?") && !plain.startsWith(":")) return undefined;
  const sign = plain.includes("?") ? "a ? inside" : "a : at the start, inside";
  return {
    value: plain,
    wrong: `${sign} [ ] or { }, which Pulumi does not read`,
    remedy: `write it in quotes, ${quoted(plain)}`,
  };
}

/** YAML 1.2 took these two from JSON. */
function ofEscapes({ range, value }: Scalar, source: string): Fault | undefined {
  const text = source.slice(range?.[0], range?.[1]).replaceAll("\\\\", "");
  const found = /\\\/|\\u[dD][89a-fA-F]/.exec(text)?.[0];
  if (found === undefined) return undefined;
  const wrong =
    found === "\\/"
      ? "with \\/, which Pulumi does not read"
      : "with half a character (\\ud800 to \\udfff), which Pulumi does not read";
  return { value, wrong, remedy: "write the character itself" };
}

/** A key must be a text on both sides: no key of a setting is a number or a date. */
function ofKey(key: unknown, inFlow: boolean): Fault | undefined {
  if (!isScalar(key)) return { wrong: "a key that is no text", remedy: "write a text as the key" };
  // In quotes too: Go looks at the text alone.
  if (key.value === "<<") return { wrong: "a merge key (<<)", remedy: "write the keys out" };
  if (key.type !== "PLAIN") return undefined;
  const plain = key.source ?? "";
  const go = goReads(plain);
  if (go.kind === "text") return inFlow ? inBrackets(plain) : undefined;
  return {
    wrong: `a key that Pulumi reads as ${inWords(go)}`,
    remedy: `write it in quotes, ${quoted(plain)}`,
  };
}
