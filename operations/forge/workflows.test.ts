import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { apiServer } from "../testing/api-server.ts";

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

describe("the commands of the workflows", () => {
  const scripts = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))).scripts;
  const lines = files
    .flatMap(({ text }) =>
      jobsOf(text).flatMap(({ steps }) => steps.flatMap(({ run }) => run?.split("\n") ?? [])),
    )
    .map((line) =>
      line
        .replaceAll(/\$\{\{ matrix\.stack \}\}/g, "monk")
        .replaceAll(/\$\{\{ github\.event\.pull_request\.number \}\}/g, "7"),
    );
  const commands = [
    ...new Set(
      lines.flatMap((line) => /npm (?:run \S+|ci|test|start)(?: -- [^|]*)?/.exec(line)?.[0].trim() ?? []),
    ),
  ];

  /** As npm would run it, in a folder of its own. */
  const run = (command: string, folder: string, environment: Record<string, string>) => {
    const [, script = "", rest = ""] = /^npm run (\S+)(?: -- (.*))?$/.exec(command) ?? [];
    const [, file = ""] = (scripts[script] ?? "").split(" ");
    const child = spawn(process.execPath, [join(root, file), ...rest.split(" ")], {
      cwd: folder,
      env: { ...process.env, ...environment },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    return new Promise<{ code: number | null; said: string }>((done) =>
      child.on("close", (code) => done({ code, said })),
    );
  };

  test("are these, and all are scripts of the package", () => {
    expect(commands.sort()).toEqual([
      "npm ci",
      "npm run ci:comment -- --stack monk --pull-request 7 --file report.md",
      "npm run ci:drift-issue -- --json drift.json",
      "npm run drift -- --stack monk --json drift.json",
      "npm run report -- --stack monk --markdown report.md --picture picture.html",
      "npm start -- --no-serve --json evidence.json",
      "npm test",
    ]);
  });

  test("run as written: a report on settings without secrets goes under the pull request, drift into an issue", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kitestacks-ci-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const server = await apiServer(({ method }) => ({
      status: method === "POST" ? 201 : 200,
      json: method === "POST" ? {} : [],
    }));
    const environment = {
      GITHUB_API_URL: server.url,
      GITHUB_REPOSITORY: "me/kites",
      FORGE_TOKEN: "secret",
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "none",
    };
    const command = (start: string) => commands.find((one) => one.startsWith(start)) ?? "";

    const hubReport = await run(command("npm run report").replace("monk", "kscloud1"), folder, environment);
    expect(hubReport).toMatchObject({
      code: 64,
      said: expect.stringContaining("kitestacks:cloudflareApiToken"),
    });
    expect(existsSync(join(folder, "report.md"))).toBe(true);
    expect(await run(command("npm run ci:comment"), folder, environment)).toEqual({
      code: 0,
      said: "The report on monk was created.\n",
    });
    const [posted] = server.asked.filter(({ method }) => method === "POST");
    expect(posted?.path).toBe("/repos/me/kites/issues/7/comments");
    expect(posted?.body).toContain("### The settings are wrong");

    const drift = await run(command("npm run drift"), folder, environment);
    expect(drift).toMatchObject({ code: 64 });
    const report = { stack: "monk", at: "2026-11-24", findings: [], unreachable: [], ignored: [] };
    writeFileSync(join(folder, "drift.json"), JSON.stringify(report));
    expect(await run(command("npm run ci:drift-issue"), folder, environment)).toEqual({
      code: 0,
      said: "Issue about the drift of monk: nothing to do.\n",
    });
  }, 120_000);

  test.each(["report", "drift", "adopt", "ci:comment", "ci:drift-issue"])(
    "%s tells its usage, and 64 for anything else",
    async (name) => {
      const help = await run(`npm run ${name} -- --help`, root, {});
      expect(help).toMatchObject({ code: 0, said: expect.stringContaining(`Usage: npm run ${name} -- `) });
      const wrong = await run(`npm run ${name} -- --nonsense`, root, {});
      expect(wrong).toMatchObject({ code: 64, said: expect.stringContaining(`Unknown option '--nonsense'`) });
    },
    60_000,
  );
});
