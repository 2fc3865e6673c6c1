import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const root = resolve(import.meta.dirname, "../..");
const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
});
const job = z.looseObject({
  "timeout-minutes": z.number(),
  concurrency: z.unknown().optional(),
  strategy: z
    .object({ matrix: z.object({ stack: z.array(z.string()) }) })
    .loose()
    .optional(),
  if: z.string().optional(),
  steps: z.array(step),
});
const workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.unknown().optional(),
  jobs: z.record(z.string(), job),
});

const files = [".github", ".forgejo"].flatMap((forge) =>
  readdirSync(join(root, forge, "workflows")).map((name) => ({
    forge,
    name,
    path: `${forge}/workflows/${name}`,
    text: readFileSync(join(root, forge, "workflows", name), "utf8"),
  })),
);
const jobsOf = (text: string) => Object.values(workflow.parse(parse(text)).jobs);

test("both forges have the same three workflows", () => {
  for (const forge of [".github", ".forgejo"]) {
    expect(
      files
        .filter((file) => file.forge === forge)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["check.yml", "drift.yml", "preview.yml"]);
  }
});

describe.each(files)("$path", ({ forge, name, text }) => {
  test("actions are pinned by hash, on Forgejo by full URL", () => {
    const used = jobsOf(text).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(used).not.toEqual([]);
    const form =
      forge === ".github"
        ? /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/
        : /^https:\/\/[\w.]+\/[\w-]+\/[\w-]+@([0-9a-f]{40}|v\d+)$/;
    for (const action of used) expect(action).toMatch(form);
  });

  test("least permissions, a time limit, one run at a time", () => {
    const { permissions, jobs, concurrency } = workflow.parse(parse(text));
    const { contents, ...more } = permissions;
    expect(contents).toBe("read");
    const allowed: Record<string, object> = {
      "check.yml": {},
      "preview.yml": { "pull-requests": "write" },
      "drift.yml": { issues: "write" },
    };
    expect(more).toEqual(allowed[name]);
    for (const { concurrency: own = concurrency } of Object.values(jobs)) expect(own).toBeDefined();
  });

  test("secrets only where no fork gets at them", () => {
    if (name === "check.yml") expect(text).not.toContain("secrets.");
    if (name === "preview.yml") {
      for (const { if: condition } of jobsOf(text))
        expect(condition).toBe("github.event.pull_request.head.repo.full_name == github.repository");
    }
    expect(text).not.toContain("pull_request_target");
  });

  test("every stack file has its job", () => {
    const stacks = readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
    for (const { strategy } of jobsOf(text))
      if (strategy) expect(strategy.matrix.stack.sort()).toEqual(stacks.sort());
  });
});

describe("the commands that the workflows use", () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

  const run = (script: string, word: string) => {
    const [node = "", file = ""] = scripts[script]?.split(" ") ?? [];
    expect(node).toBe("node");
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, file), word], {
      encoding: "utf8",
    });
    return { status, said: stdout + stderr };
  };

  test.each(["report", "drift", "adopt", "ci:comment", "ci:drift-issue"])(
    "%s tells its usage, and 64 for anything else",
    (script) => {
      const help = run(script, "--help");
      expect(help).toMatchObject({
        status: 0,
        said: expect.stringContaining(`Usage: npm run ${script} -- `),
      });
      const wrong = run(script, "--nonsense");
      expect(wrong).toMatchObject({
        status: 64,
        said: expect.stringContaining("Unknown option '--nonsense'"),
      });
    },
    60_000,
  );
});
