import type { Plan } from "../../plan/plan.ts";
import { type ExitCode, exitCodes, worst } from "../exit-codes.ts";
import type { StackAccess } from "../stack/stack-access.ts";
import { isUnjudgedChange } from "./exposure.ts";
import { reportMarkdown } from "./markdown.ts";
import { makeReport, type Report, type ReportOptions } from "./report.ts";

/** Previews a stack and says what a person wants to know. Changes nothing. */
export async function reportOn(
  stack: StackAccess,
  plan: Plan,
  options: ReportOptions = {},
): Promise<{ readonly report: Report; readonly markdown: string; readonly exitCode: ExitCode }> {
  const run = await stack.preview({ diff: true });
  const report = await makeReport(run, plan, options);
  const exitCode = worst([
    report.failures.length > 0 ? exitCodes.toolFailed : exitCodes.fine,
    isUnjudgedChange(report.exposure) ? exitCodes.finding : exitCodes.fine,
    report.risks.some(({ allowed }) => !allowed) ? exitCodes.dataAtRisk : exitCodes.fine,
  ]);
  return { report, markdown: reportMarkdown(report, plan), exitCode };
}

export function settingsErrorMarkdown(stack: string, message: string): string {
  return `## ${stack}: what merging this would do\n\n### The settings are wrong\n\nNothing was previewed.\n\n\`\`\`\n${message}\n\`\`\`\n`;
}
