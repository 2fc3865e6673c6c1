import { type CollectionTag, parseDocument, type ScalarTag, type YAMLSeq } from "yaml";
import { z } from "zod";

/** A tag of Authentik's blueprint language with what stands behind it: `!Find [model, [field, value]]`. */
export class BlueprintTag {
  readonly tag: string;
  readonly args: readonly unknown[];
  constructor(tag: string, args: readonly unknown[]) {
    this.tag = tag;
    this.args = args;
  }
}

const values = z.record(z.string(), z.unknown());
const schema = z.strictObject({
  version: z.literal(1),
  metadata: z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
  entries: z.array(
    z.strictObject({
      model: z.string(),
      id: z.string().optional(),
      state: z.enum(["present", "created", "must_created", "absent"]).default("present"),
      conditions: z.array(z.unknown()).default([]),
      identifiers: values.default({}),
      attrs: values.default({}),
      permissions: z.array(z.strictObject({ permission: z.string(), role: z.unknown() })).default([]),
    }),
  ),
});

export type BlueprintFile = z.infer<typeof schema>;

const scalarTags = ["!Env", "!KeyOf", "!Context", "!File"];
const listTags = ["!Env", "!Find", "!Format", "!If", "!Condition"];

const customTags = [
  ...scalarTags.map((tag): ScalarTag => ({ tag, resolve: (value) => new BlueprintTag(tag, [value]) })),
  ...listTags.map(
    (tag): CollectionTag => ({
      tag,
      collection: "seq",
      resolve: (list) => new BlueprintTag(tag, (list as YAMLSeq).toJSON()),
    }),
  ),
];

/** Reads a blueprint with its tags unresolved; throws on what Authentik would refuse to load. */
export function readBlueprint(text: string): BlueprintFile {
  const document = parseDocument(text, { customTags, logLevel: "silent" });
  // A tag that nobody knows is only a warning to the YAML library.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw problem;
  return schema.parse(document.toJS());
}

/** The value of an `!Env` tag in a container's environment; a plain text is itself. */
export function inEnvironment(
  value: unknown,
  environment: Readonly<Record<string, string>>,
): string | undefined {
  if (typeof value === "string") return value;
  if (!(value instanceof BlueprintTag) || value.tag !== "!Env") return undefined;
  const [name] = value.args;
  return typeof name === "string" ? environment[name] : undefined;
}
