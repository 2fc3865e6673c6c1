/** `npm run bench [-- PART …]`: the README's figures, each beside its target. Parts: program, scenario, rehearsal, metrics, portal. */
import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { benchProgram } from "./program.ts";
import { benchRehearsal } from "./rehearsal.ts";
import { benchScenario } from "./scenario.ts";

const root = join(import.meta.dirname, "..", "..");

const parts: Readonly<Record<string, () => Promise<void> | void>> = {
  program: benchProgram,
  scenario: benchScenario,
  rehearsal: benchRehearsal,
  metrics: () => script("metrics-api/bench/main.ts"),
  portal: () => script("portal/bench/main.ts"),
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}; parts are ${Object.keys(parts).join(", ")}.`);
  process.exit(64);
}
const [cpu] = cpus();
console.log(
  `Machine: ${cpus().length} × ${cpu?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`,
);
for (const name of wanted) {
  console.log(`\n${name}`);
  await parts[name]?.();
}

function script(path: string): void {
  const { status } = spawnSync(process.execPath, [join(root, path)], { stdio: "inherit", cwd: root });
  if (status !== 0) process.exitCode = 1;
}
