import { z } from "zod";
import type { DriftReport } from "../drift/finding.ts";
import { driftText } from "../drift/text.ts";
import { call, everyPage, type Forge, issuesOf, postOnce } from "./api.ts";
import { putComment } from "./comment.ts";
import { isOwn, markerOf, ownLogin, written } from "./own.ts";
import { write } from "./write.ts";

/** Both forges list pull requests among the issues. */
const issue = written.extend({ number: z.number(), pull_request: z.unknown().optional() });

/** Times of findings by id, kept in the issue itself: a job has no memory of its own. */
const times = /<!-- kitestacks-times: (.*) -->/;

/** So many times fit beside a text; for what is beyond, time begins anew with every run. */
const MOST_TIMES = 300;

/**
 * The one issue about a stack's drift: opened with the first finding, rewritten while there are any, closed with the
 * last. What does not answer opens nothing (a host may travel) and closes nothing (nobody knows).
 */
export async function keepDriftIssue(
  forge: Forge,
  report: DriftReport,
): Promise<"opened" | "updated" | "closed" | "nothing to do"> {
  const marker = markerOf(`drift of ${report.stack}`);
  const login = await ownLogin(forge);
  const find = () => findIssue(forge, isOwn(login, marker));
  const ours = await find();
  const known = withKnownTimes(report, ours?.body ?? "");
  const text = driftText(known);
  const around = (shown: string) => ({ body: `${marker}\n${shown}\n${timesOf(known)}\n` });
  if (ours === undefined) {
    if (report.findings.length === 0) return "nothing to do";
    const title = `Drift of ${report.stack}`;
    await postOnce(
      forge,
      () => write(forge, "POST", issuesOf(forge), text, (shown) => ({ title, ...around(shown) })),
      async () => (await find()) !== undefined,
    );
    return "opened";
  }
  const path = `${issuesOf(forge)}/${ours.number}`;
  await write(forge, "PATCH", path, text, around);
  if (report.findings.length + report.unreachable.length > 0) return "updated";
  const what = report.unseen?.length ? "everything that was looked at" : "everything";
  const last = `At ${report.at} ${what} was as the program says.`;
  await putComment(forge, ours.number, `no drift at ${report.at}`, last);
  await call(forge, "PATCH", path, { state: "closed" });
  return "closed";
}

async function findIssue(forge: Forge, isOurs: (one: z.output<typeof issue>) => boolean) {
  const open = await everyPage(forge, `${issuesOf(forge)}?state=open&per_page=100&limit=50`);
  return z
    .array(issue)
    .parse(open)
    .find((one) => !one.pull_request && isOurs(one));
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
  const kept = [...unreachable, ...findings].slice(0, MOST_TIMES);
  const all = Object.fromEntries(kept.map(({ id, since }) => [id, since]));
  // "--" would end the comment.
  return `<!-- kitestacks-times: ${JSON.stringify(all).replaceAll("--", "\\u002d\\u002d")} -->`;
}
