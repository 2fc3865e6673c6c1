import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCast } from "./rehearsal/cast.ts";
import { describeWithEngine } from "./rehearsal/engine/testing.ts";
import { engineEnvironment, installationRoot } from "./rehearsal/engine/workspace.ts";
import { outsideWorld } from "./rehearsal/outside-world.ts";
import { serveProviders } from "./rehearsal/provider/server.ts";
import { createWorld } from "./rehearsal/world/world.ts";

const root = import.meta.dirname;

test("index.ts loads by native type stripping and exports one function and nothing else", async () => {
  const script =
    "import('./index.ts').then((it) => console.log(JSON.stringify(Object.keys(it)), typeof it.default))";
  const printed = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--eval", script], {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    child.once("close", (code) => (code === 0 ? resolve(text) : reject(new Error(`exit ${code}`))));
  });
  expect(printed).toBe('["default"] function\n');
});

describeWithEngine("index.ts under the ordinary command line", (engine) => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "kitestacks-test-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The project as a person has it: Pulumi.yaml untouched, the stack files beside it. */
  function projectFolder(files: Readonly<Record<string, string>>): string {
    const project = join(folder, "project");
    mkdirSync(project);
    const parts = ["index.ts", "Pulumi.yaml", "package.json", "settings", "catalogue", "plan", "components"];
    for (const part of parts) cpSync(join(root, part), join(project, part), { recursive: true });
    for (const part of ["node_modules", "portal", "metrics-api"])
      symlinkSync(join(root, part), join(project, part));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text);
    return project;
  }

  /** Where the engine looks for its language host: on PATH, under the name of the runtime. */
  function languageHostFolder(): string {
    const bin = join(folder, "host");
    mkdirSync(bin);
    const script = join(root, "rehearsal/engine/fixtures/language-host.ts");
    writeFileSync(
      join(bin, "pulumi-language-nodejs"),
      `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`,
    );
    chmodSync(join(bin, "pulumi-language-nodejs"), 0o755);
    return bin;
  }

  test("`pulumi up` with the project's own Pulumi.yaml brings the hub up, and a second one changes nothing", async () => {
    const cast = readCast(root);
    const world = createWorld(outsideWorld(cast.plan.settings, cast.secrets, root));
    const server = await serveProviders(world.providers());
    const folders = { root: folder, work: "", state: join(folder, "state"), home: join(folder, "home") };
    for (const part of [folders.state, folders.home]) mkdirSync(part);
    try {
      const environment = engineEnvironment(folders, { debugProviders: server.debugProviders });
      const stack = await LocalWorkspace.createOrSelectStack(
        { stackName: cast.plan.hub.name, workDir: projectFolder(cast.files) },
        {
          pulumiCommand: await PulumiCommand.get({ root: installationRoot(engine.command, folders) }),
          envVars: { ...environment, PATH: `${languageHostFolder()}${delimiter}${process.env["PATH"]}` },
        },
      );
      const secrets = Object.entries(cast.secrets).map(([key, value]) => [
        `kitestacks:${key}`,
        { value, secret: true },
      ]);
      await stack.setAllConfig(Object.fromEntries(secrets));
      const first = await stack.up();
      expect(first.summary.resourceChanges?.create).toBeGreaterThan(100);
      expect(Object.keys(world.machine(cast.plan.hub.name).containers)).toHaveLength(21);
      const second = await stack.up({ expectNoChanges: true });
      expect(Object.keys(second.summary.resourceChanges ?? {})).toEqual(["same"]);
    } finally {
      await server.close();
    }
  }, 180_000);
});
