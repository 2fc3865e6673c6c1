import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { isRunning } from "../engine/locks.ts";
import { describeWithEngine } from "../engine/testing.ts";

const PATIENCE_MS = 120_000;

/** The process id in the lock of the engine that is at work in a rehearsal below the folder. */
function engineIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const lock = files.find((file) => /\/locks\/.*\.json$/.test(file));
  if (lock === undefined) throw new Error("no engine holds a lock yet");
  return JSON.parse(readFileSync(join(folder, lock), "utf8")).pid;
}

describeWithEngine("the seeded bugs, ended by a signal in the middle of an up", () => {
  test.each([
    ["SIGTERM", "to the command alone"],
    ["SIGINT", "to all that runs in the terminal"],
  ] as const)("%s %s leaves no engine and no folder", async (signal, whom) => {
    const temporary = mkdtempSync(join(tmpdir(), "kitestacks-test-"));
    onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
    // No bug has these words: only the control is played.
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "only the control"], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ["ignore", "ignore", "inherit"],
      detached: true,
    });
    const { pid } = child;
    if (pid === undefined) throw new Error("the seeded bugs did not start");
    onTestFinished(() => void child.kill());
    const ended = new Promise((resolve) => child.on("close", (code, by) => resolve(by ?? code)));
    const engine = await vi.waitFor(() => engineIn(temporary), { timeout: PATIENCE_MS, interval: 100 });
    expect(isRunning(engine)).toBe(true);
    if (whom === "to the command alone") child.kill(signal);
    else process.kill(-pid, signal);
    expect(await ended).toBe(signal);
    expect([isRunning(engine), readdirSync(temporary)]).toEqual([false, []]);
  });
});
