import { spawn } from "node:child_process";
import { catalogue } from "../../../catalogue/catalogue.ts";
import { resolve } from "../../../catalogue/text.ts";
import { makePlan } from "../../make-plan.ts";
import type { FirstRunStep } from "../../plan.ts";
import { exampleSettings } from "../../testing.ts";

/** What every secret of a test is; long enough to be found where it must not be. */
export const testSecret = (name: string): string => `secret-of-${name.replaceAll(".", "-")}`;

/**
 * The secrets that a program was given as an argument, which everybody on the host may read in /proc: as
 * `forgejo admin auth add-oauth: forgejo.oidc`.
 */
export function secretsInArguments(
  calls: readonly (readonly string[])[],
  secrets: readonly string[],
): string[] {
  return calls.flatMap((words) => {
    const command = words.slice(
      0,
      words.findIndex((word) => word.startsWith("-")),
    );
    const given = secrets.filter((name) => words.some((word) => word.includes(testSecret(name))));
    return given.map((name) => `${command.join(" ")}: ${name}`);
  });
}

/** A step as the plan makes it for the hub of the example settings. */
export function stepNamed(name: string): FirstRunStep {
  const { hub } = makePlan(exampleSettings(), catalogue);
  const step = hub.steps.find((candidate) => candidate.name === name);
  if (step === undefined) throw new Error(`the plan has no step ${name}`);
  return step;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a step's own script with its own values, as a container would, except for what `instead` replaces in its
 * text, such as addresses. `path` comes first on PATH, for the programs of the image. It tries again at once, for
 * `seconds` in all: with 0 it tries once.
 */
export function runScript(
  step: FirstRunStep,
  instead: Readonly<Record<string, string>>,
  path?: string,
  seconds = 60,
): Promise<Ran> {
  let input = resolve(step.input, (reference) =>
    reference.ref === "secret" ? testSecret(reference.name) : "100.64.0.2",
  );
  for (const [from, to] of Object.entries(instead)) input = input.replaceAll(from, to);
  input = input
    .replace(/(^seconds='|"seconds": ")\d+/m, (_, name: string) => `${name}${seconds}`)
    .replace(/(^pause='|"pause": ")\d+/m, (_, name: string) => `${name}0.02`);
  const isNode = step.command.includes("--input-type=module -");
  return run(isNode ? process.execPath : "sh", isNode ? ["--input-type=module", "-"] : ["-s"], input, path);
}

export function run(program: string, words: readonly string[], input: string, path?: string): Promise<Ran> {
  const PATH = [...(path === undefined ? [] : [path]), process.env["PATH"]].join(":");
  return new Promise((done, failed) => {
    const child = spawn(program, words, { env: { ...process.env, PATH } });
    const texts = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      texts.out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      texts.err += text;
    });
    child.on("error", failed);
    child.on("close", (code) => done({ code, ...texts }));
    child.stdin.on("error", () => {
      // A script that ends early closes its input; its exit code tells.
    });
    child.stdin.end(input);
  });
}
