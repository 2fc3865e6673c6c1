import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { castOf, readCast } from "../../rehearsal/cast.ts";
import type { FoundEngine } from "../../rehearsal/engine/found.ts";
import { describeWithEngine, temporaryProject } from "../../rehearsal/engine/testing.ts";
import { outsideWorld } from "../../rehearsal/outside-world.ts";
import { serveProviders } from "../../rehearsal/provider/server.ts";
import { createWorld } from "../../rehearsal/world/world.ts";
import { providedSecrets } from "../../settings/secrets.ts";
import { exampleStacks, withOwnAccounts } from "../../settings/testing.ts";
import { exitCodes } from "../exit-codes.ts";
import { openPlannedStack } from "../stack/planned-stack.ts";
import { openRealStack } from "../stack/real-stack.ts";
import { reportOn, settingsErrorMarkdown } from "./report-on.ts";

const projectDir = resolve(import.meta.dirname, "../..");
const golden = (name: string) => join(import.meta.dirname, "golden", `${name}.md`);
const withoutDiff = (markdown: string) =>
  markdown.replace(/(<summary>Raw diff<\/summary>)[\s\S]*?(<\/details>)/, "$1\n\n(left out)\n\n$2");

/** The program and the commands look into this process's environment: tokens of whoever runs the tests stay out of it. */
const accountVariables = [
  "TAILSCALE_OAUTH_CLIENT_ID",
  ...providedSecrets.flatMap(({ variable }) => variable ?? []),
];
beforeEach(() => {
  for (const name of accountVariables) vi.stubEnv(name, "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A backend and a project as a person has them, but for the world that the engine attaches to. */
async function project() {
  const cast = castOf(withOwnAccounts(readCast(exampleStacks).files));
  const folder = temporaryProject(cast.files);
  const world = createWorld(outsideWorld(cast.plan.settings, cast.secrets, projectDir));
  const server = await serveProviders(world.providers());
  onTestFinished(() => server.close());
  mkdirSync(join(folder, "state"));
  const text = readFileSync(join(projectDir, "Pulumi.yaml"), "utf8").replace(/^main:.*$/m, "");
  writeFileSync(join(folder, "Pulumi.yaml"), text);
  const environment = {
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
    PULUMI_DEBUG_PROVIDERS: server.debugProviders,
    PULUMI_HOME: join(folder, "home"),
  };
  return { cast, folder, environment };
}

interface Opened {
  readonly folder: string;
  readonly environment: Record<string, string>;
  readonly engine: FoundEngine;
}

/** As `pulumi config set --secret` does, after `pulumi stack init` where the stack is not there yet. */
async function give(
  stack: string,
  { folder, environment, engine }: Opened,
  secrets: Readonly<Record<string, string>>,
) {
  const pulumiCommand = await PulumiCommand.get({ root: dirname(dirname(engine.command)) });
  const workspace = await LocalWorkspace.create({ pulumiCommand, workDir: folder, envVars: environment });
  const stacks = await workspace.listStacks();
  if (!stacks.some(({ name }) => name === stack)) await workspace.createStack(stack);
  const config = Object.entries(secrets).map(([key, value]) => [
    `kitestacks:${key}`,
    { value, secret: true },
  ]);
  await workspace.setAllConfig(stack, Object.fromEntries(config));
}

describeWithEngine("a stack opened as the commands open it", (engine) => {
  test("that does not exist is refused with the remedy", async () => {
    const { folder, environment } = await project();
    await expect(openRealStack("kscloud1", folder, { engine, environment })).rejects.toThrow(
      'There is no stack "kscloud1" in the state back end. Make it with: pulumi stack init kscloud1',
    );
  });

  test("before the first up: everything is created, and nothing is touched", async () => {
    const { cast, folder, environment } = await project();
    await give("kscloud1", { folder, environment, engine }, cast.secrets);

    const stack = await openRealStack("kscloud1", folder, { engine, environment });
    onTestFinished(() => stack.close());
    expect(await stack.secrets()).toEqual(cast.secrets);
    const { markdown, exitCode } = await reportOn(stack, cast.plan);
    await expect(withoutDiff(markdown)).toMatchFileSnapshot(golden("first-deploy"));
    expect(exitCode).toBe(exitCodes.fine);
    expect(markdown.length).toBeLessThan(65_536);
    for (const secret of Object.values(cast.secrets)) expect(markdown).not.toContain(secret);
    expect(await stack.resources()).toEqual([]);
  });
});

describeWithEngine("a stack whose secrets only it can open", (engine) => {
  test("is refused as wrong settings when one of them has a wrong form", async () => {
    const { cast, folder, environment } = await project();
    await give("kscloud1", { folder, environment, engine }, { ...cast.secrets, hcloudToken: "short" });
    const opening = openPlannedStack("kscloud1", folder, { engine, environment });
    await expect(opening).rejects.toMatchObject({
      exitCode: exitCodes.badSettings,
      message: expect.stringContaining("kitestacks:hcloudToken: not 64 letters and digits (value not shown)"),
    });
    await give("kscloud1", { folder, environment, engine }, cast.secrets);
    const { stack, secrets, plan } = await openPlannedStack("kscloud1", folder, { engine, environment });
    onTestFinished(() => stack.close());
    expect(secrets).toMatchObject(cast.secrets);
    expect(plan.hub.name).toBe("kscloud1");
  });
});

test("settings that are wrong are a report too", async () => {
  const folder = temporaryProject();
  const text = readFileSync(join(exampleStacks, "Pulumi.kscloud1.yaml"), "utf8");
  writeFileSync(join(folder, "Pulumi.kscloud1.yaml"), text.replace("ramMiB: 3700", "ramMiB: 1200"));
  copyFileSync(join(exampleStacks, "Pulumi.monk.yaml"), join(folder, "Pulumi.monk.yaml"));
  let message = "";
  try {
    readCast(folder);
  } catch (error) {
    message = error instanceof Error ? error.message : String(error);
  }
  expect(message).toContain("host.swapMiB");
  await expect(settingsErrorMarkdown("kscloud1", message)).toMatchFileSnapshot(golden("settings-error"));
});
