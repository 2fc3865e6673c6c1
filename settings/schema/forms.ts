import { z } from "zod";
import { fault, nearest } from "./fault.ts";

/**
 * The few kinds of value a stack file is made of. Each takes `what`: one phrase that says what belongs there. It is
 * the description an editor shows, and the remedy when the value is missing or of the wrong type.
 */

export const text = (what: string) => z.string({ error: wrongType("text", what) }).describe(what);

/** A text with a form. `explain` may name the likely mistake and the corrected value; undefined: the general words. */
export const formed = (
  what: string,
  form: RegExp,
  wrong: string,
  explain?: (value: string) => string | undefined,
) =>
  z
    .string({ error: wrongType("text", what) })
    .regex(form, { error: ({ input }) => explain?.(String(input)) ?? fault(wrong, `write ${what}`) })
    .describe(what);

export const choice = <const T extends readonly [string, ...string[]]>(what: string, values: T) =>
  z
    .enum(values, {
      error: ({ input }) =>
        input === undefined
          ? fault("missing", `add ${what}`)
          : fault("not one of the choices", `write ${orList(values)}`),
    })
    .describe(what);

export const list = <T extends z.ZodType>(what: string, item: T) =>
  z.array(item, { error: wrongType("list", what) }).describe(what);

/** A list that needs an entry, none of them twice. */
export const distinct = <T extends z.ZodType>(what: string, item: T, least: 0 | 1) =>
  list(what, item)
    .min(least, { error: fault("an empty list", `write ${what}`) })
    .superRefine((values, context) => {
      values.forEach((value, index) => {
        if (values.indexOf(value) < index)
          context.addIssue({
            code: "custom",
            path: [index],
            message: fault("in the list twice", "keep it once"),
          });
      });
    });

export const record = <T extends z.ZodType>(what: string, key: z.ZodString, value: T) =>
  z
    .record(key, value, {
      error: (issue) => (issue.code === "invalid_key" ? undefined : sectionType(issue.input, what)),
    })
    .describe(what);

/** Adds what a rule found, if it found anything. */
export function complain(context: z.RefinementCtx, message: string | undefined, path: string[] = []): void {
  if (message !== undefined) context.addIssue({ code: "custom", path, message });
}

/** A mapping with known keys only. */
export const section = <T extends z.ZodRawShape>(what: string, shape: T) =>
  z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? issue.keys.map((key) => unknownKey(key, Object.keys(shape))).join("\n")
          : sectionType(issue.input, what),
    })
    .describe(what);

export function unknownKey(key: string, known: readonly string[]): string {
  const similar = nearest(key, known);
  return fault(
    "unknown",
    similar === undefined ? `remove it, known here: ${known.join(", ")}` : `did you mean ${similar}?`,
  );
}

function wrongType(type: string, what: string) {
  return ({ input }: { readonly input?: unknown }): string => {
    if (input === undefined) return fault("missing", `add ${what}`);
    if (input === null) return fault("empty", `write ${what}`);
    const quoted = type === "text" && (typeof input === "number" || typeof input === "boolean");
    return fault(`not a ${type}`, quoted ? "write it in quotes" : `write ${what}`);
  };
}

function sectionType(input: unknown, what: string): string {
  if (input === undefined) return fault("missing", `add ${what}`);
  return fault(input === null ? "empty" : "not a mapping of keys to values", `write ${what}`);
}

/** For sections whose other keys depend on `mode`. */
export function modeFault(input: unknown, modes: readonly string[]): string {
  if (typeof input === "object" && input !== null && "mode" in input)
    return fault("not one of the choices", `write ${orList(modes)}`);
  return fault("missing", `add mode: ${orList(modes)}`);
}

export function orList(values: readonly string[]): string {
  const last = values.at(-1) ?? "";
  return values.length < 2 ? last : `${values.slice(0, -1).join(", ")} or ${last}`;
}
