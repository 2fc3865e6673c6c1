/**
 * Text whose parts may be known only later.
 *
 * Rules about containers, ingress and policy are tested as plain data, so neither the catalogue nor the plan
 * holds a Pulumi Output: what is generated or looked up is a reference, and becomes an Output in the components.
 */
export type Reference =
  /** A generated, derived or provided secret by name, e.g. `grafana.oidc`. */
  | { readonly ref: "secret"; readonly name: string }
  /** The tailnet address of a host. */
  | { readonly ref: "address"; readonly host: string };

export type Text = string | readonly (string | Reference)[];

export const secret = (name: string): Reference => ({ ref: "secret", name });

export const addressOf = (host: string): Reference => ({ ref: "address", host });

/** Template tag: text`http://${addressOf("hub")}:3000` keeps the reference, joins the rest. */
export function text(strings: TemplateStringsArray, ...values: (Text | Reference | number)[]): Text {
  return join(strings.flatMap((literal, i) => [literal, ...partsOf(values[i] ?? "")]));
}

export function joinTexts(texts: readonly Text[], separator = ""): Text {
  return join(texts.flatMap((value, i) => [i === 0 ? "" : separator, ...partsOf(value)]));
}

/** The pieces of a text in order, plain pieces merged. */
export function partsOf(value: Text | Reference | number): readonly (string | Reference)[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  return "ref" in value ? [value] : value;
}

export function referencesIn(value: Text): readonly Reference[] {
  return partsOf(value).filter((part) => typeof part !== "string");
}

export function isSecret(value: Text): boolean {
  return referencesIn(value).some((part) => part.ref === "secret");
}

/** The text with every reference replaced, where all are known. */
export function resolve(value: Text, lookup: (reference: Reference) => string): string {
  return partsOf(value)
    .map((part) => (typeof part === "string" ? part : lookup(part)))
    .join("");
}

function join(parts: readonly (string | Reference)[]): Text {
  const merged: (string | Reference)[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else if (part !== "") merged.push(part);
  }
  return merged.every((part) => typeof part === "string") ? merged.join("") : merged;
}
