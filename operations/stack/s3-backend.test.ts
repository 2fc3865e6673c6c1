import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { describeWithEngine, temporaryProject } from "../../rehearsal/engine/testing.ts";

/** An S3 gateway in front of a folder. */
const server = ["versitygw", join(homedir(), "go", "bin", "versitygw")].find(
  (command) => spawnSync(command, ["--version"]).status === 0,
);
const remedy =
  server === undefined
    ? " (no S3 server here: go install github.com/versity/versitygw/cmd/versitygw@v1.8.0)"
    : "";
const mayMiss = process.env["KITESTACKS_REQUIRE_TOOLS"] !== "1";

const keys = { AWS_ACCESS_KEY_ID: "kites", AWS_SECRET_ACCESS_KEY: "kites-secret-key" };
const documented = /pulumi login "(s3:\/\/[^"]+)"/.exec(
  readFileSync(resolve(import.meta.dirname, "../../docs/operating.md"), "utf8"),
)?.[1];

describeWithEngine("state in an S3-compatible bucket", (engine) => {
  let folder = "";
  let gateway: ChildProcess | undefined;
  let url = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "kitestacks-s3-"));
    mkdirSync(join(folder, "buckets", "state"), { recursive: true });
    mkdirSync(join(folder, "metadata"));
    if (server === undefined) return;
    const port = await freePort();
    const environment = {
      ...process.env,
      ROOT_ACCESS_KEY: keys.AWS_ACCESS_KEY_ID,
      ROOT_SECRET_KEY: keys.AWS_SECRET_ACCESS_KEY,
    };
    gateway = spawn(
      server,
      [
        "--port",
        `127.0.0.1:${port}`,
        "posix",
        "--sidecar",
        join(folder, "metadata"),
        join(folder, "buckets"),
      ],
      { env: environment, stdio: "ignore" },
    );
    await vi.waitFor(() => fetch(`http://127.0.0.1:${port}`), { timeout: 30_000, interval: 100 });
    // As it is documented, with the bucket and the server of this test.
    url = (documented ?? "")
      .replace("<bucket>", "state")
      .replace(/endpoint=[^&]+/, `endpoint=http://127.0.0.1:${port}`)
      .replace("region=auto", "region=us-east-1");
  }, 60_000);
  afterAll(() => {
    gateway?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (more: Record<string, string> = {}) => {
    const pulumiCommand = await PulumiCommand.get({ root: dirname(dirname(engine.command)) });
    const project = temporaryProject({ "index.ts": "export {};\n" });
    const envVars = {
      PULUMI_BACKEND_URL: url,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase",
      PULUMI_HOME: join(project, "home"),
      ...keys,
      ...more,
    };
    const program = async () => ({ said: "kept" });
    return { options: { pulumiCommand, workDir: project, envVars }, program };
  };
  const stackName = "shed";

  test.skipIf(server === undefined && mayMiss)(
    `is written by up and read from another machine${remedy}`,
    async () => {
      const first = await open();
      const stack = await LocalWorkspace.createStack(
        { stackName, projectName: "kitestacks", program: first.program },
        first.options,
      );
      await stack.up();
      expect(readdirSync(join(folder, "buckets", "state", ".pulumi", "stacks", "kitestacks"))).toContain(
        "shed.json",
      );
      expect(
        existsSync(
          join(folder, "buckets", "state", ".pulumi", "locks", "organization", "kitestacks", "shed"),
        ),
      ).toBe(false);
      const second = await open();
      const again = await LocalWorkspace.selectStack(
        { stackName, projectName: "kitestacks", program: second.program },
        second.options,
      );
      expect(await again.outputs()).toMatchObject({ said: { value: "kept" } });
      expect((await again.up()).summary.resourceChanges).toEqual({ same: 1 });
    },
  );

  test.skipIf(server === undefined && mayMiss)(`is refused to wrong keys${remedy}`, async () => {
    const { options, program } = await open({ AWS_SECRET_ACCESS_KEY: "wrong" });
    const opening = LocalWorkspace.selectStack({ stackName, projectName: "kitestacks", program }, options);
    await expect(opening).rejects.toThrow(/SignatureDoesNotMatch|403|Forbidden/);
  });

  test("the documented URL is one that the engine understands", async () => {
    expect(documented).toMatch(/^s3:\/\/<bucket>\?/);
    const { options, program } = await open({
      PULUMI_BACKEND_URL: `${documented?.replace(/endpoint=[^&]+/, "endpoint=http://127.0.0.1:1").replace("<bucket>", "b")}`,
    });
    const opening = LocalWorkspace.selectStack({ stackName, projectName: "kitestacks", program }, options);
    // It gets as far as asking the bucket.
    await expect(opening).rejects.toThrow(/127\.0\.0\.1:1.*connection refused/s);
  });
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
