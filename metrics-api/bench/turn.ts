import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import autocannon from "autocannon";
import { freePort } from "../src/testing/free-port.ts";
import type { Contender } from "./contenders.ts";
import { cpuSecondsOf, type MemoryFigures, memoryOf } from "./process-figures.ts";

/** The figures of one turn under load. Times in milliseconds, memory in MiB. */
export type Turn = {
  requestsPerSecond: number;
  p50: number;
  p99: number;
  cpuSecondsPer10k: number;
  idle: MemoryFigures;
  /** At its highest. */
  loaded: MemoryFigures;
  startMs: number;
};

const connections = 50;
const startLimitMs = 30_000;

/** Runs one contender alone: start, first answer, idle memory, warm-up, load, end. */
export async function takeTurn(contender: Contender, seconds: number): Promise<Turn> {
  const { child, pid, url, startMs } = await start(contender);
  try {
    await delay(1_000);
    const idle = memoryOf(pid);
    await autocannon({ url, connections, duration: 2 });
    // What the warm-up left unanswered must not count against the limits per client.
    await delay(500);
    const cpuBefore = cpuSecondsOf(pid);
    let loaded = memoryOf(pid);
    const watch = setInterval(() => {
      loaded = higher(loaded, memoryOf(pid));
    }, 250);
    const result = await autocannon({ url, connections, duration: seconds });
    clearInterval(watch);
    const cpu = cpuSecondsOf(pid) - cpuBefore;
    if (result.non2xx > 0 || result.errors > 0) {
      throw new Error(
        `${contender.name} gave ${result.non2xx} wrong answers and ${result.errors} errors under load`,
      );
    }
    return {
      requestsPerSecond: result.requests.average,
      p50: result.latency.p50,
      p99: result.latency.p99,
      cpuSecondsPer10k: (cpu / result.requests.total) * 10_000,
      idle,
      loaded,
      startMs,
    };
  } finally {
    await stop(child);
  }
}

/** CPU seconds that each contender uses while nobody asks; all idle at the same time. */
export async function idleCpuSeconds(contenders: Contender[], seconds: number): Promise<number[]> {
  const running = await Promise.all(contenders.map(start));
  try {
    // One second for what a start leaves behind: compiled code, the first garbage collection.
    await delay(1_000);
    const before = running.map(({ pid }) => cpuSecondsOf(pid));
    await delay(seconds * 1_000);
    return running.map(({ pid }, index) => cpuSecondsOf(pid) - (before[index] ?? 0));
  } finally {
    await Promise.all(running.map(({ child }) => stop(child)));
  }
}

/** Starts a contender and waits for its first answer to the question that is measured. */
async function start({ name, command, words, folder, environment }: Contender) {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(command, words(port), {
    cwd: folder,
    env: environment(port),
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}/api/metrics`;
  while (!(await answers(url))) {
    const isLate = performance.now() - started > startLimitMs;
    if (child.pid === undefined || child.exitCode !== null || isLate)
      throw new Error(`${name} does not start`);
    await delay(2);
  }
  return { child, pid: child.pid ?? 0, url, startMs: performance.now() - started };
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    async (response) => (await response.text()) !== "" && response.ok,
    () => false,
  );
}

function higher(one: MemoryFigures, other: MemoryFigures): MemoryFigures {
  return other.anonymous > one.anonymous ? other : one;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}
