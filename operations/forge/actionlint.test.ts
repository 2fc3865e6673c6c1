import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
/** Built on first use, in seconds; without Go, or without a way to its modules, there is none. */
const run = (files: readonly string[], cwd: string) =>
  spawnSync("go", ["run", actionlint, "-no-color", "-shellcheck=", "-pyflakes=", ...files], {
    cwd,
    encoding: "utf8",
  });
const isThere = run(["-version"], root).status === 0;
const required = process.env["KITESTACKS_REQUIRE_TOOLS"] === "1";

/** actionlint looks for its configuration in `.github` of a repository. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-actionlint-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, ".git"));
  mkdirSync(join(folder, ".github", "workflows"), { recursive: true });
  writeFileSync(
    join(folder, ".github", "actionlint.yaml"),
    readFileSync(join(root, ".github", "actionlint.yaml")),
  );
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, ".github", "workflows", name), text);
  return folder;
}

const workflowsOf = (forge: string) =>
  Object.fromEntries(
    readdirSync(join(root, forge, "workflows")).map((name) => [
      name,
      readFileSync(join(root, forge, "workflows", name), "utf8"),
    ]),
  );
/** It knows GitHub's way of naming an action. */
const asOnGitHub = (text: string) => text.replaceAll("https://data.forgejo.org/", "");

describe.skipIf(!isThere && !required)(
  "actionlint (go run; needs Go and its module proxy)",
  { timeout: 120_000 },
  () => {
    test.each([".github", ".forgejo"])("has nothing to say about %s", (forge) => {
      const files = Object.entries(workflowsOf(forge)).map(([name, text]) => [name, asOnGitHub(text)]);
      const folder = project(Object.fromEntries(files));
      const { status, stdout, stderr } = run(
        files.map(([name]) => join(".github/workflows", name ?? "")),
        folder,
      );
      expect(stdout + stderr).toBe("");
      expect(status).toBe(0);
    });

    test("has something to say about a broken one", () => {
      const broken = (workflowsOf(".github")["drift.yml"] ?? "").replace("matrix.stack }}", "matrix.stak }}");
      const { status, stdout } = run([".github/workflows/drift.yml"], project({ "drift.yml": broken }));
      expect(status).toBe(1);
      expect(stdout).toContain('property "stak" is not defined');
    });
  },
);
