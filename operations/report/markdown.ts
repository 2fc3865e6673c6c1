import type { Plan } from "../../plan/plan.ts";
import { fenced, folded, plural, table } from "./blocks.ts";
import type { CostChange, Price } from "./cost.ts";
import { exposureMarkdown } from "./exposure-markdown.ts";
import { mermaid } from "./mermaid.ts";
import type { MemoryChange, Report } from "./report.ts";
import { inWords, type ServiceChange } from "./services.ts";

/** GitHub takes 65,536 characters in a comment; the rest is room for the marker and the line that says it was cut. */
const COMMENT_LIMIT = 65_000;

/** The report as a comment: what may be lost first, the raw diff last, because it is what gets cut. */
export function reportMarkdown(report: Report, plan: Plan, limit = COMMENT_LIMIT): string {
  const sections = [
    heading(report),
    failures(report),
    risks(report),
    ...(report.failures.length > 0
      ? []
      : [
          services(report.services),
          server(report),
          exposureMarkdown(report.exposure),
          memory(report.memory, report.stack),
          images(report.images),
          cost(report.cost),
          others(report.others),
          report.changed > 0 ? mermaid(report, plan) : "",
        ]),
  ].filter((section) => section !== "");
  return withDiff(sections.join("\n\n"), report.diff, limit);
}

function heading({ stack, services, changed, failures: wrong, risks: found }: Report): string {
  const title = `## ${stack}: what merging this would do`;
  if (wrong.length > 0) return title;
  const serious = found.filter(({ allowed }) => !allowed).length;
  if (changed === 0) return `${title}\n\nNothing changes on this stack.`;
  const count = (what: ServiceChange["what"]) => services.filter((one) => one.what === what).length;
  const parts = [
    plural(count("restarts"), "service restarts", "services restart"),
    plural(count("is created"), "is created", "are created"),
    plural(count("is removed"), "is removed", "are removed"),
    plural(serious, "**thing with data is at risk**", "**things with data are at risk**"),
  ].filter((part) => part !== "");
  return `${title}\n\n${parts.length > 0 ? parts.join(", ") : "No service restarts"} (${plural(changed, "resource changes", "resources change")} in all).`;
}

function failures({ failures: messages }: Report): string {
  if (messages.length === 0) return "";
  return `### The preview fails\n\n${messages.map((message) => fenced(message)).join("\n\n")}`;
}

function risks({ risks: found }: Report): string {
  if (found.length === 0) return "";
  const lines = found.map(({ name, kind, what, allowed }) =>
    allowed
      ? `- ${kind} \`${name}\` ${what} (accepted with \`--allow-data-loss ${name}\`)`
      : `- **${kind} \`${name}\` ${what}**`,
  );
  const remedy = found.some(({ allowed }) => !allowed)
    ? "\n\nWhoever means it says so: `--allow-data-loss NAME` for each of them."
    : "";
  return `### Data at risk\n\n${lines.join("\n")}${remedy}`;
}

function services(changes: readonly ServiceChange[]): string {
  if (changes.length === 0) return "";
  const rows = changes.map(({ name, what, why, away }) => [
    name,
    what,
    why,
    away === undefined ? "–" : `about ${inWords(away.about)} (at most ${inWords(away.atMost)})`,
  ]);
  return `### Services\n\n${table(["service", "what happens", "why", "away"], rows)}`;
}

function server({ server: change }: Report): string {
  if (change === undefined) return "";
  return (
    `### The VPS changes its type\n\n**${change.before} → ${change.after}: a hard power-off.** Everything on it is away for ` +
    "about 2 min (at most 10 min), and the new type's price applies from then on."
  );
}

function memory({ before, after, plan, changes }: MemoryChange, host: string): string {
  const rows = [
    [
      "sum of the limits",
      `${before} MiB`,
      `${after} MiB`,
      `${plan.limitsAllowed} MiB`,
      `${plan.limitsAllowed - after} MiB`,
    ],
    [
      "typical use",
      "",
      `${plan.typical} MiB`,
      `${plan.typicalAllowed} MiB`,
      `${plan.typicalAllowed - plan.typical} MiB`,
    ],
  ];
  const list = changes.map((change) => `- ${change.name}: ${change.before} → ${change.after} MiB`);
  return `### Memory of ${host}\n\n${table(["", "before", "after", "allowed", "left"], rows)}${list.length > 0 ? `\n\n${list.join("\n")}` : ""}`;
}

function images(changes: Report["images"]): string {
  if (changes.length === 0) return "";
  const rows = changes.map(({ name, before, after }) => [name, `\`${before}\``, `\`${after}\``]);
  return `### Images\n\n${table(["service", "before", "after"], rows)}`;
}

function cost(change: CostChange): string {
  if (change.kind === "no server") return "";
  if (change.kind === "not readable") return `### Cost\n\nNot known: ${change.why}.`;
  const from = change.before ? `${price(change.before)} → ` : "";
  if (change.kind === "removed") return `### Cost\n\n${from}**the VPS is removed**`;
  const { before, after } = change;
  if (before && after && before.amount === after.amount) return `### Cost\n\n${price(after)}, as before.`;
  return `### Cost\n\n${from}**${price(after)}**`;
}

const price = (value: Price | undefined) =>
  value === undefined
    ? "no price: not offered there any more"
    : `${value.amount.toFixed(2)} ${value.currency} a month`;

function others(list: Report["others"]): string {
  if (list.length === 0) return "";
  const lines = list.map(({ what, names }) => `- ${what}: ${names.map((name) => `\`${name}\``).join(", ")}`);
  return `### Everything else\n\n${lines.join("\n")}`;
}

function withDiff(text: string, diff: string, limit: number): string {
  const shown = diff.trim();
  if (shown === "") return `${cut(text, limit)}\n`;
  const whole = `${text}\n\n${folded("Raw diff", fenced(shown, "diff"))}\n`;
  if (whole.length <= limit) return whole;
  const note = "\n… cut: the comment's size limit is reached; the whole diff is in the job's log.";
  const room = limit - text.length - note.length - 200;
  if (room < 1000) return `${cut(text, limit)}\n`;
  return `${text}\n\n${folded("Raw diff", fenced(shown.slice(0, room) + note, "diff"))}\n`;
}

function cut(text: string, limit: number): string {
  const note = "\n\n… cut: the comment's size limit is reached.";
  return text.length <= limit ? text : text.slice(0, limit - note.length) + note;
}
