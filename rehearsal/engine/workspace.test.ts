import { existsSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect, onTestFinished, test, vi } from "vitest";
import { openEngine } from "./engine.ts";
import { describeWithEngine, temporaryProject } from "./testing.ts";
import { engineEnvironment } from "./workspace.ts";

test("nothing of the user's Pulumi settings reaches the engine", () => {
  vi.stubEnv("PULUMI_ACCESS_TOKEN", "pul-1234");
  vi.stubEnv("PULUMI_BACKEND_URL", "s3://real-state");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const folders = { root: "/t", work: "/t/work", state: "/t/state", home: "/t/home" };
  expect(engineEnvironment(folders, { debugProviders: "toy:1", env: { EXTRA: "x" } })).toMatchObject({
    PULUMI_ACCESS_TOKEN: "",
    PULUMI_BACKEND_URL: "file:///t/state?metadata=skip",
    PULUMI_HOME: "/t/home",
    PULUMI_DEBUG_PROVIDERS: "toy:1",
    EXTRA: "x",
  });
});

describeWithEngine("a rehearsal's workspace", (engine) => {
  const open = async (stackFilesDir: string, command = engine.command) => {
    const program = async () => ({ greeting: new pulumi.Config().require("greeting") });
    const session = await openEngine({
      engine: { ...engine, command },
      stackFilesDir,
      program,
      debugProviders: "",
    });
    onTestFinished(() => session.close());
    return session;
  };
  const files = { "Pulumi.hub.yaml": "config:\n  kitestacks:greeting: hello\n", "notes.txt": "" };

  test("has the stack files' settings, and never writes to the originals", async () => {
    const project = temporaryProject({
      ...files,
      "Pulumi.yaml": "name: kitestacks\nruntime: nodejs\nmain: index.ts\nbackend: {url: 's3://real-state'}\n",
    });
    const session = await open(project);
    const stack = await session.stack("hub");
    await stack.up();
    expect(await stack.outputs()).toEqual({ greeting: { value: "hello", secret: false } });
    expect(readFileSync(join(session.folders.work, "Pulumi.hub.yaml"), "utf8")).toContain("encryptionsalt");
    expect(readFileSync(join(project, "Pulumi.hub.yaml"), "utf8")).toBe(files["Pulumi.hub.yaml"]);
    expect(existsSync(join(session.folders.work, "notes.txt"))).toBe(false);
    await session.close();
    expect(existsSync(session.folders.root)).toBe(false);
  });

  test("takes an engine that is not in a folder called bin", async () => {
    const project = temporaryProject(files);
    const elsewhere = join(project, "pulumi");
    symlinkSync(realpathSync(engine.command), elsewhere);
    const stack = await (await open(project, elsewhere)).stack("hub");
    expect((await stack.up()).summary).toEqual({ create: 1 });
  });

  test("tells which stack it is when several share it", async () => {
    const project = temporaryProject({ ...files, "Pulumi.monk.yaml": "config: {kitestacks:greeting: hi}\n" });
    const session = await open(project);
    const stacks = await Promise.all([session.stack("hub"), session.stack("monk"), session.stack("monk")]);
    expect(stacks[1]).toBe(stacks[2]);
    await stacks[1].up();
    expect(await stacks[1].outputs()).toMatchObject({ greeting: { value: "hi" } });
    expect(stacks[0].exportState()).not.toContain("hello");
    expect(stacks[0].resources()).toEqual([]);
  });
});
