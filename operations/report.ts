import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { catalogue } from "../catalogue/catalogue.ts";
import { makePlan } from "../plan/make-plan.ts";
import { loadStackFiles, readSettings } from "../settings/read.ts";
import { readOptions, required, runCommand } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { hetznerPrices } from "./inventory/hetzner.ts";
import { pictureOfPlan } from "./picture/of-plan.ts";
import { picturePage } from "./picture/page.ts";
import { reportOn, settingsErrorMarkdown } from "./report/report-on.ts";
import { openRealStack } from "./stack/real-stack.ts";

const usage = "npm run report -- --stack S [--markdown FILE] [--picture FILE] [--allow-data-loss NAME]...";
const projectDir = resolve(import.meta.dirname, "..");

async function main(words: readonly string[]): Promise<ExitCode> {
  const options = readOptions(words, usage, {
    stack: { type: "string" },
    markdown: { type: "string" },
    picture: { type: "string" },
    "allow-data-loss": { type: "string", multiple: true },
  });
  const name = required(options.stack, "--stack", usage);
  const write = (text: string) => {
    if (options.markdown === undefined) console.log(text);
    else writeFileSync(options.markdown, text);
  };
  const plan = planOrReport(name, write);
  const stack = await openRealStack(name, projectDir);
  try {
    const { hcloudToken } = await stack.secrets();
    const { report, markdown, exitCode } = await reportOn(stack, plan, {
      allowed: options["allow-data-loss"] ?? [],
      ...(hcloudToken !== undefined && { prices: hetznerPrices({ token: hcloudToken }) }),
    });
    write(markdown);
    if (options.picture !== undefined)
      writeFileSync(options.picture, picturePage(pictureOfPlan(plan, report)));
    return exitCode;
  } finally {
    await stack.close();
  }
}

/** Bad settings are a report too: the pull request shows them where a person looks. */
function planOrReport(name: string, write: (text: string) => void) {
  try {
    return makePlan(readSettings({ files: loadStackFiles(projectDir), stack: name }), catalogue);
  } catch (error) {
    if (error instanceof Error && "exitCode" in error && error.exitCode === exitCodes.badSettings) {
      write(settingsErrorMarkdown(name, error.message));
    }
    throw error;
  }
}

await runCommand(usage, main);
