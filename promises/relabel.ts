import { z } from "zod";

export type Labels = Readonly<Record<string, string>>;

/** One rule of `relabel_configs`, with the defaults that Prometheus documents. */
export const relabelRule = z.strictObject({
  source_labels: z.array(z.string()).default([]),
  separator: z.string().default(";"),
  regex: z.coerce.string().default("(.*)"),
  target_label: z.string().default(""),
  replacement: z.coerce.string().default("$1"),
  action: z.string().toLowerCase().default("replace"),
});
export type RelabelRule = z.output<typeof relabelRule>;

/**
 * A target's labels after all rules, in order; undefined for a target that a rule drops.
 * @returns a sentence without a full stop where a rule is none that is understood here, as `hashmod`
 */
export function relabelled(labels: Labels, rules: readonly RelabelRule[]): Labels | undefined | string {
  let current: Labels | undefined = labels;
  for (const rule of rules) {
    if (current === undefined) return undefined;
    const next = applied(current, rule);
    if (typeof next === "string") return next;
    current = next;
  }
  return current;
}

function applied(labels: Labels, rule: RelabelRule): Labels | undefined | string {
  const { action, target_label: target, replacement } = rule;
  const pattern = anchored(rule.regex);
  if (pattern === undefined) return `a rule has the expression ${rule.regex}, which is not understood`;
  const value = rule.source_labels.map((name) => labels[name] ?? "").join(rule.separator);
  const match = pattern.exec(value);
  switch (action) {
    case "drop":
      return match === null ? labels : undefined;
    case "keep":
      return match === null ? undefined : labels;
    case "dropequal":
      return value === (labels[target] ?? "") ? undefined : labels;
    case "keepequal":
      return value === (labels[target] ?? "") ? labels : undefined;
    case "replace":
      return match === null
        ? labels
        : withLabel(labels, expanded(target, match), expanded(replacement, match));
    case "lowercase":
      return withLabel(labels, target, value.toLowerCase());
    case "uppercase":
      return withLabel(labels, target, value.toUpperCase());
    case "labeldrop":
      return only(labels, (name) => !pattern.test(name));
    case "labelkeep":
      return only(labels, (name) => pattern.test(name));
    default:
      return `a rule has the action ${action}, which is not looked into`;
  }
}

/** Prometheus matches the whole value. */
function anchored(expression: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${expression})$`, "s");
  } catch {
    return undefined;
  }
}

/** `$1`, `${1}` and `${name}`; a group that does not exist is nothing. */
function expanded(template: string, match: RegExpExecArray): string {
  return template.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? "";
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? "";
  });
}

/** An empty value takes the label away. */
function withLabel(labels: Labels, name: string, value: string): Labels {
  return only({ ...labels, [name]: value }, (label) => label !== name || value !== "");
}

const only = (labels: Labels, wanted: (name: string) => boolean): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => wanted(name)));
