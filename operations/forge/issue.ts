import { z } from "zod";
import type { DriftReport } from "../drift/finding.ts";
import { driftText } from "../drift/text.ts";
import { call, everyPage, type Forge } from "./api.ts";
import { markerOf } from "./comment.ts";

const issue = z.object({
  number: z.number(),
  body: z.string().nullish(),
  pull_request: z.unknown().optional(),
});

/** Times of findings by id, kept in the issue itself: a job has no memory of its own. */
const times = /<!-- kitestacks-times: (.*) -->/;

/**
 * The one issue about a stack's drift: opened with the first finding, rewritten while there are any, closed with the
 * last. What does not answer opens nothing (a host may travel) and closes nothing (nobody knows).
 */
export async function keepDriftIssue(
  forge: Forge,
  report: DriftReport,
): Promise<"opened" | "updated" | "closed" | "nothing to do"> {
  const marker = markerOf(`drift of ${report.stack}`);
  const open = z
    .array(issue)
    .parse(await everyPage(forge, "/issues?state=open&type=issues&per_page=100&limit=50"));
  const ours = open.find(({ body, pull_request }) => !pull_request && body?.startsWith(marker));
  const known = withKnownTimes(report, ours?.body ?? "");
  const body = `${marker}\n${driftText(known)}\n${timesOf(known)}\n`;
  if (ours === undefined) {
    if (report.findings.length === 0) return "nothing to do";
    await call(forge, "POST", "/issues", { title: `Drift of ${report.stack}`, body });
    return "opened";
  }
  const settled = report.findings.length === 0 && report.unreachable.length === 0;
  if (settled) {
    const text = `At ${report.at} everything was as the program says.`;
    await call(forge, "POST", `/issues/${ours.number}/comments`, { body: text });
  }
  await call(forge, "PATCH", `/issues/${ours.number}`, settled ? { body, state: "closed" } : { body });
  return settled ? "closed" : "updated";
}

function withKnownTimes(report: DriftReport, body: string): DriftReport {
  const known = parsed(times.exec(body)?.[1]);
  const older = <T extends { readonly id: string; readonly since: string }>(one: T): T => ({
    ...one,
    since: known[one.id] ?? one.since,
  });
  return { ...report, findings: report.findings.map(older), unreachable: report.unreachable.map(older) };
}

/** Somebody may have edited the issue: times that are no longer readable begin anew. */
function parsed(json: string | undefined): Readonly<Record<string, string>> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(json ?? "{}"));
  } catch {
    return {};
  }
}

function timesOf({ findings, unreachable }: DriftReport): string {
  const all = Object.fromEntries([...findings, ...unreachable].map(({ id, since }) => [id, since]));
  // "--" would end the comment.
  return `<!-- kitestacks-times: ${JSON.stringify(all).replaceAll("--", "\\u002d\\u002d")} -->`;
}
