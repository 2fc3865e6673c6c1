import { resolve } from "node:path";
import { catalogue } from "../catalogue/catalogue.ts";
import { hostOf, makePlan } from "../plan/make-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { loadStackFiles, readSettings } from "../settings/read.ts";
import { readOptions, required, runCommand, usageError } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { dockerHost } from "./kavita/docker-host.ts";
import { syncKavita } from "./kavita/sync.ts";

const usage = "npm run kavita:sync -- --from HOST --to HOST [--replace-users]";
const projectDir = resolve(import.meta.dirname, "..");

async function main(words: readonly string[]): Promise<ExitCode> {
  const options = readOptions(words, usage, {
    from: { type: "string" },
    to: { type: "string" },
    "replace-users": { type: "boolean" },
  });
  const from = required(options.from, "--from", usage);
  const to = required(options.to, "--to", usage);
  if (from === to) throw usageError("--from and --to name the same host", usage);
  const plan = makePlan(readSettings({ files: loadStackFiles(projectDir), stack: from }), catalogue);
  const { library, kept } = await syncKavita({
    from: reach(plan, from),
    to: reach(plan, to),
    replaceUsers: options["replace-users"] ?? false,
    stamp: new Date().toISOString().slice(0, 19).replaceAll(":", "-"),
    progress: (step) => console.error(`${step} …`),
  });
  console.log(
    `${to} has the library of ${from} now: ${library.series} series, ${library.users.length} accounts. ` +
      `What it had before lies in its container under ${kept}.`,
  );
  return exitCodes.fine;
}

/** A hub whose address is looked up is reached by its name on the tailnet. */
function reach(plan: Plan, name: string) {
  const { docker, address } = hostOf(plan, name);
  return dockerHost(name, docker, typeof address === "string" ? address : name);
}

await runCommand(usage, main);
