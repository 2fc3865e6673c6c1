import { styleText } from "node:util";
import Table from "cli-table3";
import type { Verdict } from "../promises/observed.ts";
import { degradedOf, simulated } from "./evidence.ts";
import type { Performance } from "./perform.ts";

/** The result for people: each promise, its verdict, and what it looked at. */
export function resultTable(
  { verdicts, engine, stacks, observed, seconds }: Performance,
  width: number,
): string {
  const columns = [5, 13];
  const table = new Table({
    head: ["", "verdict", "promise, and what was looked at"],
    colWidths: [...columns, Math.max(40, Math.min(width, 130) - 4 - columns.reduce((a, b) => a + b, 0))],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  table.push(...verdicts.map(row));
  const resources = stacks.map(({ name, resources }) => `${name} ${total(resources)}`).join(", ");
  return [
    table.toString(),
    ...degradedOf(observed).map((lack) => `Healthy, but degraded: ${lack}.`),
    `Pulumi ${engine.version} (${engine.source}), resources: ${resources}; ` +
      `${seconds.total.toFixed(1)} s (engine ${seconds.engine.toFixed(1)}, program ${seconds.program.toFixed(1)}, ` +
      `world ${seconds.world.toFixed(1)}).`,
    `Simulated, so that no account and no real cloud was touched: ${simulated.join(", ")}.`,
  ].join("\n");
}

const look = { proved: "green", broken: "red", "not checked": "yellow" } as const;

function row({ id, verdict, statement, evidence }: Verdict): string[] {
  const lines = [styleText("bold", statement), ...evidence.map((line) => `· ${line}`)];
  return [id, styleText(look[verdict], verdict), lines.join("\n")];
}

function total(resources: Readonly<Record<string, number>>): number {
  return Object.values(resources).reduce((sum, count) => sum + count, 0);
}
