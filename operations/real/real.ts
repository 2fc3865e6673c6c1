import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { resolve, type Text } from "../../catalogue/text.ts";
import { makePlan } from "../../plan/make-plan.ts";
import type { ContainerPlan } from "../../plan/plan.ts";
import { exampleSettings } from "../../plan/testing.ts";

/** A value for every secret, of the form that the generated ones have. */
export const secretValue = (name: string): string => `made0up0${name.replaceAll(/[^a-zA-Z]/g, "")}`;

export const plain = (text: Text): string =>
  resolve(text, (one) => (one.ref === "secret" ? secretValue(one.name) : "127.0.0.1"));

/** What the hub of the example settings runs under a name. */
export function containerNamed(name: string): ContainerPlan {
  const found = makePlan(exampleSettings(), catalogue).hub.containers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the hub has no container ${name}`);
  return found;
}

/** Tests that need a program are skipped by name where it is missing, and fail where CI has to have it. */
export function describeWith(program: string, remedy: string, name: string, tests: () => void): void {
  const isThere = spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
  if (isThere) {
    describe(name, tests);
    return;
  }
  const mustHave = process.env["KITESTACKS_REQUIRE_TOOLS"] === "1";
  test.skipIf(!mustHave)(`${name}: ${program} is missing (${remedy})`, () => expect.fail(remedy));
}

export interface Started {
  /** What it wrote so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts a server and waits until `isReady` says so; its end before that is an error with its log. */
export async function start(
  program: string,
  words: readonly string[],
  options: {
    readonly env?: Record<string, string>;
    readonly cwd?: string;
    readonly uid?: number;
    readonly gid?: number;
  },
  isReady: () => Promise<boolean>,
): Promise<Started> {
  const { env = {}, ...rest } = options;
  const child: ChildProcess = spawn(program, words, {
    ...rest,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
  }
  const exited = once(child, "exit");
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exited;
  };
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}:\n${log}`);
    await setTimeout(200);
  }
  return { log: () => log, stop };
}
