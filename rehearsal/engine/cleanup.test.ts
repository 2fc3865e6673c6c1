import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isRunning } from "./locks.ts";
import { describeWithEngine, temporaryProject } from "./testing.ts";

const FIXTURE = fileURLToPath(new URL("./fixtures/hanging-up.ts", import.meta.url));

describeWithEngine("a rehearsal that is ended by a signal in the middle of an up", (engine) => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s leaves no engine and no temporary folder", async (signal) => {
    const child = spawn(process.execPath, [FIXTURE, engine.command, temporaryProject()], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise((resolve) => child.on("close", (code, by) => resolve(by ?? code)));
    // It prints this from within a create that never ends.
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()));
      child.once("close", () => reject(new Error("the rehearsal ended before it created anything")));
    });
    const { folder, pid } = JSON.parse(line) as { folder: string; pid: number };
    expect([existsSync(folder), isRunning(pid)]).toEqual([true, true]);
    child.kill(signal);
    expect(await ended).toBe(signal);
    expect([existsSync(folder), isRunning(pid)]).toEqual([false, false]);
  });
});
