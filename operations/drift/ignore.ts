import type { DriftIgnored } from "../../settings/settings.ts";
import type { Finding, Ignored } from "./finding.ts";

/** Parts what nobody declared into what counts and what a person has accepted; what is declared always counts. */
export function applyIgnores(
  findings: readonly Finding[],
  ignores: readonly DriftIgnored[],
): { readonly counted: Finding[]; readonly ignored: Ignored[] } {
  const entryFor = (finding: Finding) =>
    finding.kind === "declared"
      ? undefined
      : ignores.find(({ what, name }) => what === finding.what && matches(name, finding.name));
  return {
    counted: findings.filter((finding) => entryFor(finding) === undefined),
    ignored: findings.flatMap((finding) => {
      const entry = entryFor(finding);
      return entry === undefined ? [] : [{ finding, reason: entry.reason }];
    }),
  };
}

/** `*` stands for any characters, `\*` for a star; everything else is literal. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split(/(\\\*|\*)/).map((part) => {
    if (part === "*") return ".*";
    return part === "\\*" ? part : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(name);
}

/** The name of a thing as an entry in the settings has to have it, quoted for YAML: it matches that thing. */
export function patternFor(name: string): string {
  // A name in the settings holds no space; a star there stands for it.
  return JSON.stringify(name.replaceAll("*", "\\*").replace(/\s+/g, "*"));
}
