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

/** `*` stands for any characters; everything else is literal. */
function matches(pattern: string, name: string): boolean {
  const literal = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`).test(name);
}
