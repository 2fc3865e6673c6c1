import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { onFreePort } from "./free-port.ts";

const source = [fileURLToPath(new URL("../main.ts", import.meta.url))];

export type RunningService = {
  url: string;
  port: number;
  pid: number;
  child: ChildProcess;
  output: () => string;
};

/** Runs the program as its own process, with nothing else in its environment. */
export function runProgram(variables: Record<string, string>, program = source): ChildProcess {
  const child = spawn(process.execPath, program, { env: variables, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

/** Runs the program on a free loopback port and waits until it listens. */
export function runService(
  variables: Record<string, string> = {},
  program = source,
): Promise<RunningService> {
  return onFreePort((port) => runOn(port, variables, program));
}

async function runOn(
  port: number,
  variables: Record<string, string>,
  program: string[],
): Promise<RunningService> {
  const child = runProgram({ LISTEN: `127.0.0.1:${port}`, HOST_NAME: "attic", ...variables }, program);
  let output = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", (chunk) => {
      output += String(chunk);
      if (output.includes('"msg":"listening"')) resolve();
    });
    // Not "exit": its last words may come after that.
    child.on("close", (code) =>
      reject(new Error(`The program ended with ${code} before it listened: ${output}`)),
    );
  });
  return { url: `http://127.0.0.1:${port}`, port, pid: child.pid ?? 0, child, output: () => output };
}
