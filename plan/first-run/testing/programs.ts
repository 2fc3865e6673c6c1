import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for PATH with stand-ins for the programs of an image, which share one JSON state. */
export interface Programs {
  readonly path: string;
  /** What the programs remember. */
  state<T>(): T;
  set(state: unknown): void;
  /** Every call so far: the program and its words. */
  calls(): readonly (readonly string[])[];
  remove(): void;
}

/**
 * @param programs By name the body of a Node program. It finds its words in `words`, its standard input in `input`
 * and the state in `state`; it writes with `say`, and ends with `end(code, message)`.
 */
export function fakePrograms(programs: Readonly<Record<string, string>>, state: unknown): Programs {
  const path = mkdtempSync(join(tmpdir(), "kitestacks-programs-"));
  const file = (name: string) => join(path, name);
  const set = (next: unknown) => writeFileSync(file("state.json"), JSON.stringify(next));
  set(state);
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(file(name), source(name, body));
    chmodSync(file(name), 0o755);
  }
  return {
    path,
    state: () => JSON.parse(readFileSync(file("state.json"), "utf8")),
    set,
    calls: () => {
      const lines = existsSync(file("calls")) ? readFileSync(file("calls"), "utf8").trim().split("\n") : [];
      return lines.map((line) => JSON.parse(line));
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}

/** A program of this machine, whose words are recorded on the way. It leaves the state alone. */
export const passedOn = (name: string): string => `
const PATH = process.env.PATH.split(":").filter((folder) => folder !== __dirname).join(":");
const ran = require("node:child_process").spawnSync("${name}", words, { input, env: { ...process.env, PATH } });
process.stdout.write(ran.stdout);
process.stderr.write(ran.stderr);
process.exit(ran.status);`;

const source = (name: string, body: string) => `#!${process.execPath}
const fs = require("node:fs");
const at = (file) => require("node:path").join(__dirname, file);
const words = process.argv.slice(2);
fs.appendFileSync(at("calls"), JSON.stringify(["${name}", ...words]) + "\\n");
const input = fs.readFileSync(0, "utf8");
const state = JSON.parse(fs.readFileSync(at("state.json"), "utf8"));
const option = (flag) => words[words.indexOf(flag) + 1];
const say = (text) => process.stdout.write(text + "\\n");
const end = (code, message = "") => {
  if (message) process.stderr.write(message + "\\n");
  fs.writeFileSync(at("state.json"), JSON.stringify(state));
  process.exit(code);
};
${body}
end(0);
`;
