import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const module = import.meta.resolve("./interruption.ts");
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A program whose `start` and `close` are given; it prints a line for each thing that happens, and never hangs up. */
function program(start: string, close = "") {
  const source = `
    import { untilInterrupted } from ${JSON.stringify(module)};
    process.on("exit", () => console.log("exit"));
    const timer = setInterval(() => {}, 1000);
    const close = async () => { console.log("closing"); ${close} };
    const start = async () => { console.log("starting"); ${start}; return { close }; };
    try { await untilInterrupted(start, () => console.log("started")); } catch (error) { console.log(error.message); }
    clearInterval(timer);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value;
  const rest = async () => {
    const all: string[] = [];
    for (let line = await next(); line !== undefined; line = await next()) all.push(line);
    return [...all, ...(await ended)];
  };
  return { child, next, rest };
}

const untilSignal = `await new Promise((go) => process.on("SIGINT", go))`;

test.each(SIGNALS)("%s closes what was started, and the process goes on to its end", async (signal) => {
  const { child, next, rest } = program("");
  expect([await next(), await next()]).toEqual(["starting", "started"]);
  child.kill(signal);
  expect(await rest()).toEqual(["closing", "exit", 0, null]);
});

test("a signal during the start closes what was started then, without a word of it", async () => {
  const { child, next, rest } = program(untilSignal);
  expect(await next()).toBe("starting");
  child.kill("SIGINT");
  expect(await rest()).toEqual(["closing", "exit", 0, null]);
});

test("a start that fails is an error, but not if a signal came before", async () => {
  expect(await program(`throw new Error("no port")`).rest()).toEqual([
    "starting",
    "no port",
    "exit",
    0,
    null,
  ]);
  const { child, next, rest } = program(`${untilSignal}; throw new Error("it got the signal as well")`);
  expect(await next()).toBe("starting");
  child.kill("SIGINT");
  expect(await rest()).toEqual(["exit", 0, null]);
});

test("a second signal ends the process at once, by way of its exit", async () => {
  const { child, next, rest } = program("", "await new Promise(() => {})");
  expect([await next(), await next()]).toEqual(["starting", "started"]);
  child.kill("SIGTERM");
  expect(await next()).toBe("closing");
  child.kill("SIGINT");
  expect(await rest()).toEqual(["exit", 1, null]);
});
