import type { DriftReport } from "./finding.ts";
import { patternFor } from "./ignore.ts";

/** The report for people, as Markdown that reads well in a terminal too. */
export function driftText({ stack, at, findings, unreachable, unseen = [], ignored }: DriftReport): string {
  const differing = findings.filter(({ kind }) => kind === "declared");
  const strangers = findings.filter(({ kind }) => kind === "undeclared");
  const sections = [
    `## ${stack}: drift at ${at}`,
    findings.length + unreachable.length === 0
      ? `Everything${unseen.length > 0 ? " that was looked at" : ""} is as the program says, and nothing else is there.`
      : "",
    section(
      "Not reachable: nothing is known about it, nothing of it is called gone",
      unreachable.map(({ what, why, since }) => `- **${what}** (since ${since}): ${why}`),
    ),
    section(
      "Not looked at",
      unseen.map(({ what, why }) => `- **${what}**: ${why}`),
    ),
    section(
      "Not as the program says",
      differing.map(
        ({ what, name, text, since, repair }) =>
          `- **${what} ${name}** ${text} (known since ${since})\n  repair: \`${repair}\``,
      ),
    ),
    section(
      "Declared by nobody",
      strangers.map(
        ({ what, name, text, since, repair, adopt }) =>
          `- **${text}** (known since ${since})\n  repair: \`${repair}\`\n  keep it: ${adopt === undefined ? "" : `${adopt}, or `}add \`{ what: ${what}, name: ${patternFor(name)}, reason: … }\` to kitestacks:drift.ignore in the hub's stack file`,
      ),
    ),
    section(
      "Passed over, as the settings say",
      ignored.map(({ finding, reason }) => `- ${finding.text}: ${reason}`),
    ),
  ];
  return `${sections.filter((part) => part !== "").join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `### ${title}\n\n${lines.join("\n")}`;
}
