import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

test("when the base system cannot be built, the daemon ends with the script, and the reason is said", () => {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-ci-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ["bin", "tmp"]) mkdirSync(join(folder, name));
  const program = (name: string, script: string) =>
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  program("dockerd", `echo $$ >${folder}/pid; exec sleep 600`);
  program("docker", "exit 0");
  program("debootstrap", "echo no mirror answers; exit 1");
  const { status, stderr } = spawnSync(join(import.meta.dirname, "docker"), {
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}/bin:${process.env["PATH"]}`, TMPDIR: join(folder, "tmp") },
  });
  expect(status).toBe(1);
  expect(stderr).toContain("no mirror answers");
  expect(() => process.kill(Number(readFileSync(join(folder, "pid"), "utf8")), 0)).toThrow("ESRCH");
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});
