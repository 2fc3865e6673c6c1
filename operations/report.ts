import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { SettingsError } from "../settings/problem.ts";
import { readOptions, required, runCommand } from "./command.ts";
import type { ExitCode } from "./exit-codes.ts";
import { apiAddresses } from "./inventory/addresses.ts";
import { hetznerPrices } from "./inventory/hetzner.ts";
import { pictureOfPlan } from "./picture/of-plan.ts";
import { picturePage } from "./picture/page.ts";
import { reportOn, settingsErrorMarkdown } from "./report/report-on.ts";
import { openPlannedStack } from "./stack/planned-stack.ts";

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
  const { plan, stack, secrets } = await openPlannedStack(name, projectDir).catch((error: unknown) => {
    // Bad settings are a report too: the pull request shows them where a person looks.
    if (error instanceof SettingsError) write(settingsErrorMarkdown(name, error.message));
    throw error;
  });
  const { hcloudToken } = secrets;
  try {
    const { report, markdown, exitCode } = await reportOn(stack, plan, {
      allowed: options["allow-data-loss"] ?? [],
      ...(hcloudToken !== undefined && {
        prices: hetznerPrices({ token: hcloudToken, baseUrl: apiAddresses(process.env).hetzner }),
      }),
    });
    write(markdown);
    if (options.picture !== undefined)
      writeFileSync(options.picture, picturePage(pictureOfPlan(plan, report)));
    return exitCode;
  } finally {
    await stack.close();
  }
}

await runCommand(usage, main);
