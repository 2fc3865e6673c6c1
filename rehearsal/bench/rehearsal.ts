import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCast } from "../cast.ts";
import type { Evidence } from "../evidence.ts";
import { figure } from "./figures.ts";

const root = join(import.meta.dirname, "..", "..");

/** `npm start -- --no-serve` as a whole process with the engine present, for the real hosts and for more of them. */
export function benchRehearsal(): void {
  const hosts = readCast(root).plan.hosts.map(({ name }) => name);
  for (const count of [2, 3, 5, 10]) {
    const extra = Array.from({ length: Math.max(0, count - hosts.length) }, (_, i) => `host-${i + 1}`);
    const { wall, evidence } = rehearse([...hosts, ...extra].slice(0, count));
    figure(`npm start -- --no-serve, ${count} hosts`, wall, "s", count === 2 ? 30 : undefined);
    const { engine, program, world } = evidence.seconds;
    console.log(
      `    engine ${engine.toFixed(1)} s, program ${program.toFixed(1)} s, world ${world.toFixed(1)} s; ` +
        `promises ${evidence.promises.filter(({ verdict }) => verdict === "proved").length} proved`,
    );
  }
}

function rehearse(hosts: readonly string[]): { wall: number; evidence: Evidence } {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-bench-"));
  const json = join(folder, "evidence.json");
  try {
    const started = performance.now();
    const words = ["start", "--silent", "--", "--no-serve", "--json", json, "--hosts", hosts.join(",")];
    const { status, stderr } = spawnSync("npm", words, { cwd: root, encoding: "utf8" });
    const wall = (performance.now() - started) / 1000;
    if (status !== 0) throw new Error(`npm start ended with ${status}: ${stderr}`);
    return { wall, evidence: JSON.parse(readFileSync(json, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
