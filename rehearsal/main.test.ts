import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exampleStacks } from "../settings/testing.ts";
import { describeWithEngine } from "./engine/testing.ts";
import type { Evidence } from "./evidence.ts";

const root = join(import.meta.dirname, "..");
/** Generous: the machine may be busy with other tests. */
const limit = 240_000;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kitestacks-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly child: ChildProcess;
  /** Waits until both streams together show a text, and returns what they showed so far. */
  shows(text: string): Promise<string>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>;
}

/** `npm start` without npm, so that a signal reaches the rehearsal itself; its temporary files go into `folder`. */
function start(words: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const child = spawn(process.execPath, [join(root, "rehearsal/main.ts"), ...words], {
    env: { ...process.env, TMPDIR: folder, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const waiting = new Set<() => void>();
  const heard = (chunk: Buffer) => {
    output += chunk;
    for (const check of waiting) check();
  };
  child.stdout.on("data", heard);
  child.stderr.on("data", heard);
  const ended = new Promise<Awaited<Run["ended"]>>((resolve) =>
    child.once("close", (code, signal) => resolve({ code, signal, output })),
  );
  const shows = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const check = () => {
        if (!output.includes(text)) return;
        waiting.delete(check);
        resolve(output);
      };
      waiting.add(check);
      check();
      void ended.then(() => reject(new Error(`it ended without showing "${text}": ${output}`)));
    });
  return { child, shows, ended };
}

/** Processes whose command line names our temporary folder: an engine that was left behind would. */
function leftProcesses(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${folder}`);
      } catch {
        return false; // ended meanwhile
      }
    });
}

/** The processes that a process started, the metrics API for one: it has an environment of its own. */
function childrenOf(pid: number | undefined): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
}

/** Whether a process still does something: one that nobody collected yet does not. */
function runs(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("npm start with wrong input", () => {
  test("an unknown option is refused with the usage, exit 64", async () => {
    const { code, output } = await start(["--no-server"]).ended;
    expect(output).toContain("Unknown option '--no-server'");
    expect(output).toContain("Usage: npm start");
    expect(code).toBe(64);
  });

  test("wrong stack files: all errors at once and nothing else, exit 64", async () => {
    const stacks = join(root, "settings/fixtures/bad/everywhere");
    const { code, output } = await start(["--no-serve", "--stacks", stacks]).ended;
    expect(output).toMatch(/^\d+ settings are wrong; nothing was created\.\n/);
    expect(output).toContain("Pulumi.cloud.yaml: kitestacks:site.domain");
    expect(output).toContain(
      "Pulumi.home.yaml: kitestacks:host.tailnetAdress: unknown; did you mean tailnetAddress?",
    );
    expect(output).not.toContain("Rehearsal");
    expect(code).toBe(64);
  });

  test("a secret in plain text is refused, though the rehearsal makes up its own, exit 64", async () => {
    for (const file of readdirSync(exampleStacks)) {
      const text = readFileSync(join(exampleStacks, file), "utf8");
      const secret = "  kitestacks:openrouterApiKey: sk-or-v1-plainplain\n";
      const spoilt = file.includes("kscloud1") ? `${text.trimEnd()}\n${secret}` : text;
      writeFileSync(join(folder, file), spoilt);
    }
    const { code, output } = await start(["--no-serve", "--stacks", folder]).ended;
    expect(output).toContain(
      "Pulumi.kscloud1.yaml: kitestacks:openrouterApiKey: a secret in plain text; " +
        "take it out of the file and make a new one where it came from, then: pulumi config set --secret",
    );
    expect(output).not.toContain("plainplain");
    expect(code).toBe(64);
  });

  test("a folder without stack files is named with the remedy, exit 64", async () => {
    const { code, output } = await start(["--no-serve", "--stacks", folder]).ended;
    expect(output).toContain(folder);
    expect(output).toContain("Pulumi.<host>.yaml");
    expect(code).toBe(64);
  });

  test("no engine and nothing to get one with: one error with every remedy, exit 64", async () => {
    const { code, output } = await start(["--no-serve", "--stacks", exampleStacks], {
      PATH: folder,
      XDG_CACHE_HOME: folder,
    }).ended;
    for (const remedy of ["PATH", "npm", "Go"]) expect(output).toContain(remedy);
    expect(output.match(/No Pulumi engine/g)).toHaveLength(1);
    expect(code).toBe(64);
  });
});

describeWithEngine("npm start", () => {
  test(
    "proves the promises, writes the evidence, serves the portal; Ctrl-C ends it with 0 and leaves nothing",
    async () => {
      const json = join(folder, "evidence.json");
      const run = start(["--stacks", exampleStacks, "--json", json, "--port", "0"]);
      const output = await run.shows("(Ctrl-C ends it)");
      expect(output).toContain("Simulated, so that no account and no real cloud was touched");

      const evidence: Evidence = JSON.parse(readFileSync(json, "utf8"));
      expect(evidence.promises.map(({ id }) => id)).toEqual(
        [..."123456789"].map((n) => `P${n}`).concat("P10", "P14"),
      );
      expect(evidence.promises.filter(({ verdict }) => verdict === "broken")).toEqual([]);
      const open = evidence.promises.filter(({ verdict }) => verdict !== "proved").map(({ id }) => id);
      expect(open).toEqual([]);
      expect(evidence.stacks.map(({ resources }) => resources["docker:index/container:Container"])).toEqual([
        21, 19,
      ]);
      expect(evidence.simulated).toContain("Cloudflare");

      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? "";
      expect(await (await fetch(url)).text()).toContain("KiteStacks");
      expect(await (await fetch(`${url}/api/health`)).json()).toEqual({ ok: true });

      const children = childrenOf(run.child.pid);
      expect(children).toHaveLength(1);
      run.child.kill("SIGINT");
      expect((await run.ended).code).toBe(0);
      expect(children.filter(runs)).toEqual([]);
      rmSync(json);
      expect(readdirSync(folder)).toEqual([]);
      expect(leftProcesses()).toEqual([]);
    },
    limit,
  );

  test(
    "a hangup while the portal starts is its ordinary end, too, and leaves nothing",
    async () => {
      const run = start(["--stacks", exampleStacks, "--port", "0"]);
      await run.shows("Simulated, so that no account and no real cloud was touched");
      await expect.poll(() => childrenOf(run.child.pid), { interval: 5 }).toHaveLength(1);
      const children = childrenOf(run.child.pid);
      run.child.kill("SIGHUP");
      expect(await run.ended).toMatchObject({ code: 0, signal: null });
      expect(children.filter(runs)).toEqual([]);
      expect(readdirSync(folder)).toEqual([]);
    },
    limit,
  );

  test.each(["loading the program", "kscloud1: up", "kscloud1: second up"])(
    "Ctrl-C while it is at “%s” leaves no process and no temporary folder",
    async (step) => {
      const run = start(["--no-serve", "--stacks", exampleStacks, "--hosts", "kscloud1,monk"]);
      await run.shows(step);
      run.child.kill("SIGINT");
      const { signal, output } = await run.ended;
      expect(signal).toBe("SIGINT");
      expect(output).not.toContain("    at "); // no stack trace
      expect(readdirSync(folder)).toEqual([]);
      expect(leftProcesses()).toEqual([]);
    },
    limit,
  );
});
