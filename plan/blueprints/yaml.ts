import { isNode, Scalar, stringify, YAMLSeq } from "yaml";
import { joinTexts, partsOf, type Reference, type Text } from "../../catalogue/text.ts";

/** `!Env NAME`: resolved in the container of the worker that applies the file. */
export const env = (name: string): Scalar => tagged(new Scalar(name), "!Env");

/** `!KeyOf id`: the object of an earlier entry of the same file. */
export const keyOf = (id: string): Scalar => tagged(new Scalar(id), "!KeyOf");

/** `!Find [model, [field, value]]`: nothing at all where there is no such object. */
export const find = (model: string, field: string, value: string): YAMLSeq =>
  tagged(flow([model, flow([field, value])]), "!Find");

/** `!Format [pattern, …]`, with Python's `%s`. */
export const format = (pattern: string, ...values: readonly (string | Scalar | YAMLSeq)[]): YAMLSeq =>
  tagged(flow([pattern, ...values]), "!Format");

/** A text among YAML values; its references stay references. */
export class Later {
  readonly text: Text;
  constructor(text: Text) {
    this.text = text;
  }
}

/**
 * YAML as a text of the plan. What is known only later (the address of a machine that is still to be built) goes
 * through the YAML library as a mark and is put back afterwards: it needs no quoting, as addresses and generated
 * secrets are letters, digits and dots.
 */
export function yamlText(value: unknown, comment: string): Text {
  const references: Reference[] = [];
  const mark = (reference: Reference) => `@@${references.push(reference) - 1}@@`;
  const yaml = stringify(marked(value, mark), { lineWidth: 0 });
  const parts = yaml
    .split(/@@(\d+)@@/)
    .map((part, i): Text => (i % 2 === 0 ? part : references.slice(Number(part), Number(part) + 1)));
  return joinTexts([`${comment.replaceAll(/^/gm, "# ")}\n`, ...parts]);
}

function marked(value: unknown, mark: (reference: Reference) => string): unknown {
  if (value instanceof Later) {
    return partsOf(value.text)
      .map((part) => (typeof part === "string" ? part : mark(part)))
      .join("");
  }
  if (Array.isArray(value)) return value.map((item) => marked(item, mark));
  if (typeof value !== "object" || value === null || isNode(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, marked(item, mark)]));
}

function flow(items: readonly unknown[]): YAMLSeq {
  const seq = new YAMLSeq();
  seq.items.push(...items.map((item) => (isNode(item) ? item : new Scalar(item))));
  seq.flow = true;
  return seq;
}

function tagged<T extends Scalar | YAMLSeq>(node: T, tag: string): T {
  node.tag = tag;
  return node;
}
