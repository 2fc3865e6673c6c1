import { spawn } from "node:child_process";
import { endOnSignal } from "./cleanup.ts";

export interface RunOptions {
  cwd?: string;
  env: NodeJS.ProcessEnv;
  /** After this many milliseconds the command and what it started are killed. */
  timeout: number;
  /** Every line that it prints, on either stream. */
  onLine?: (line: string) => void;
}

export interface RunResult {
  ok: boolean;
  stdout: string;
  /** Why it failed, in one line: what it printed last, or how it ended. */
  reason: string;
}

/** Runs a command to its end. Never throws: a command that is not there is a result like any other. */
export function run(command: string, args: string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve) => {
    const windows = process.platform === "win32";
    // Its own process group, so that a timeout ends what it started too (npm's shell, the linker).
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: !windows,
      shell: windows,
    });
    const kill = () => killGroup(child.pid);
    const forget = endOnSignal({ end: async () => kill(), endNow: kill });
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, options.timeout);
    let timedOut = false;
    let stdout = "";
    let printed = "";
    const collect = (chunk: Buffer) => {
      printed += chunk;
      for (const line of chunk.toString().split("\n")) if (line.trim()) options.onLine?.(line.trim());
    };
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk;
      collect(chunk);
    });
    child.stderr.on("data", collect);
    const finish = (ok: boolean, ending: string) => {
      clearTimeout(timer);
      forget();
      const last = printed.trim().split("\n").at(-1);
      const reason = timedOut ? `gave up after ${options.timeout / 1000} s` : last || ending;
      resolve({ ok, stdout, reason });
    };
    child.on("error", (error) => finish(false, error.message));
    child.on("close", (code, signal) => finish(code === 0, `ended with ${signal ?? `exit code ${code}`}`));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
