import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { describeWithEngine } from "../../rehearsal/engine/testing.ts";
import { forgeServer } from "../testing/forge-server.ts";
import { type Context, jobOf, runJob } from "../testing/job.ts";
import { openWorkplace, readTokens, type Workplace } from "../testing/workplace.ts";

const root = resolve(import.meta.dirname, "../..");
const forges = [
  { forge: ".github", prefix: "" },
  { forge: ".forgejo", prefix: "/api/v1" },
];

function job(forge: string, name: string) {
  const text = readFileSync(join(root, forge, "workflows", `${name}.yml`), "utf8");
  return z.object({ jobs: z.object({ [name]: jobOf }) }).parse(parse(text)).jobs[name] ?? { steps: [] };
}

/** Every command of every workflow, run as it is written, in a checkout of this tree. */
describeWithEngine("the jobs of the workflows", (engine) => {
  let place: Workplace;
  let installed: { code: number; said: string } | undefined;
  beforeAll(async () => {
    place = await openWorkplace(engine);
    const first = { steps: job(".github", "check").steps.filter(({ run }) => run === "npm ci") };
    [installed] = (await runJob(first, at({}))).steps;
  }, 300_000);
  afterAll(() => place?.close(), 300_000);

  const at = (context: Context, environment: Readonly<Record<string, string>> = {}) => ({
    folder: place.checkout,
    context,
    environment: { ...place.environment, ...environment },
  });
  const installedOnce = { done: ["npm ci"] };
  const contextOf = (stack: string): Context => ({
    "github.repository": "me/kites",
    "github.event.pull_request.head.repo.full_name": "me/kites",
    "github.event.pull_request.number": "7",
    "github.token": "secret",
    "matrix.stack": stack,
    "vars.PULUMI_BACKEND_URL": place.stateUrl,
    "vars.READ_TAILSCALE_OAUTH_CLIENT_ID": readTokens.TAILSCALE_OAUTH_CLIENT_ID,
    "secrets.PULUMI_CONFIG_PASSPHRASE": place.passphrase,
    "secrets.AWS_ACCESS_KEY_ID": "",
    "secrets.AWS_SECRET_ACCESS_KEY": "",
    "secrets.READ_CLOUDFLARE_API_TOKEN": readTokens.CLOUDFLARE_API_TOKEN,
    "secrets.READ_HCLOUD_TOKEN": readTokens.HCLOUD_TOKEN,
    "secrets.READ_TAILSCALE_OAUTH_CLIENT_SECRET": readTokens.TAILSCALE_OAUTH_CLIENT_SECRET,
    "secrets.FORGE_TOKEN": "secret",
    "secrets.SSH_PRIVATE_KEY": "-----BEGIN OPENSSH PRIVATE KEY-----",
  });
  /** The forge sets these two in every job. */
  const inRepository = ({ apiUrl }: { readonly apiUrl: string }) => ({
    GITHUB_API_URL: apiUrl,
    GITHUB_REPOSITORY: "me/kites",
  });
  const edit = (file: string, from: string, to: string) => {
    const path = join(place.checkout, file);
    const text = readFileSync(path, "utf8");
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  };

  describe("check", () => {
    test("installs, proves the promises and keeps the evidence, without any secret", async () => {
      expect(installed).toMatchObject({ code: 0 });
      // The whole of `npm test` is what this is a part of.
      const part = { KITESTACKS_TEST_FILES: "settings/secrets.test.ts" };
      const run = await runJob(job(".github", "check"), { ...at({}, part), ...installedOnce });
      expect(run.steps.map(({ run: command }) => command)).toEqual([
        "npm start -- --no-serve --json evidence.json",
        "npm test",
      ]);
      expect(run.failed, run.steps.at(-1)?.said).toBe(false);
      expect(run.steps[0]?.said).toMatch(/P10/);
      expect(run.steps[1]?.said).toMatch(/Test Files +1 passed/);
      expect(run.kept).toEqual(["evidence.json"]);
      const { promises } = JSON.parse(readFileSync(join(place.checkout, "evidence.json"), "utf8"));
      expect(promises.map(({ verdict }: { verdict: string }) => verdict)).toEqual(Array(11).fill("proved"));
    }, 300_000);

    test("has the same commands on both forges", () => {
      const commands = (forge: string) => job(forge, "check").steps.flatMap(({ run }) => run ?? []);
      expect(commands(".forgejo")).toEqual(commands(".github"));
    });
  });

  describe.each(forges)("on $forge, preview", ({ forge, prefix }) => {
    test("puts each stack's report under the pull request and edits it in place", async () => {
      const { forge: server, comments } = await forgeServer(prefix);
      edit("Pulumi.kscloud1.yaml", "www: portal", "www: redirect");
      const preview = (stack: string) =>
        runJob(job(forge, "preview"), { ...at(contextOf(stack), inRepository(server)), ...installedOnce });
      const asked = place.accounts.asked.length;
      try {
        const runs = [await preview("kscloud1"), await preview("monk"), await preview("kscloud1")];
        expect(runs.map(({ failed, kept }) => [failed, kept])).toEqual(
          Array(3).fill([false, ["picture.html"]]),
        );
        expect(runs.map(({ steps }) => steps.at(-1)?.said.trim().split("\n").at(-1))).toEqual([
          "The report on kscloud1 was created.",
          "The report on monk was created.",
          "The report on kscloud1 was edited.",
        ]);
      } finally {
        edit("Pulumi.kscloud1.yaml", "www: redirect", "www: portal");
      }
      expect(comments).toHaveLength(2);
      expect(comments[0]?.body).toContain("redirects");
      // Only the engine's own words tell that the providers have other tokens than at the last `up`.
      expect(comments[0]?.body.split("Raw diff")[0]).not.toMatch(/provider/i);
      const tokens = place.accounts.asked.slice(asked).map(({ headers }) => headers.authorization);
      expect(new Set(tokens)).toEqual(new Set([`Bearer ${readTokens.HCLOUD_TOKEN}`]));
      for (const secret of [place.passphrase, ...Object.values(place.secrets), readTokens.HCLOUD_TOKEN])
        expect(JSON.stringify(comments)).not.toContain(secret);
    });

    test("shows wrong settings there too, and fails", async () => {
      const { forge: server, comments } = await forgeServer(prefix);
      edit("Pulumi.monk.yaml", "role: member", "role: guest");
      try {
        const run = await runJob(job(forge, "preview"), {
          ...at(contextOf("monk"), inRepository(server)),
          ...installedOnce,
        });
        expect(run.failed).toBe(true);
        expect(run.steps.map(({ code }) => code)).toEqual([64, 0]);
      } finally {
        edit("Pulumi.monk.yaml", "role: guest", "role: member");
      }
      expect(comments[0]?.body).toContain("### The settings are wrong");
      expect(comments[0]?.body).toContain("kitestacks:host.role");
    });

    test("runs nothing for a fork", async () => {
      const fork = { "github.event.pull_request.head.repo.full_name": "you/kites" };
      const run = await runJob(job(forge, "preview"), at({ ...contextOf("monk"), ...fork }));
      expect(run).toMatchObject({ skipped: true, steps: [] });
    });
  });

  describe.each(forges)("on $forge, drift", ({ forge, prefix }) => {
    test("opens an issue, keeps it while a host is away, and closes it", async () => {
      const { forge: server, issues } = await forgeServer(prefix);
      const drift = (stack: string) =>
        runJob(job(forge, "drift"), { ...at(contextOf(stack), inRepository(server)), ...installedOnce });
      const { faults } = place.world;
      const saying = async (stack: string) => {
        const { failed, steps } = await drift(stack);
        expect(steps.map(({ said }) => said).join("\n")).not.toContain(place.passphrase);
        return [failed, steps.at(-1)?.said.trim().split("\n").at(-1)];
      };
      faults.runContainer("monk", { name: "miner", image: "evil/miner:1" });
      expect(await saying("kscloud1")).toEqual([false, "Issue about the drift of kscloud1: nothing to do."]);
      expect(await saying("monk")).toEqual([false, "Issue about the drift of monk: opened."]);
      expect(issues[0]?.body).toContain("miner");
      faults.goAway("monk");
      expect(await saying("monk")).toEqual([false, "Issue about the drift of monk: updated."]);
      expect(issues[0]?.body).toContain("Not reachable");
      faults.comeBack("monk");
      faults.removeContainer("monk", "miner");
      expect(await saying("monk")).toEqual([false, "Issue about the drift of monk: closed."]);
    }, 300_000);

    test("fails where it could not look, and leaves the issue alone", async () => {
      const { forge: server, asked } = await forgeServer(prefix);
      const wrong = { "secrets.PULUMI_CONFIG_PASSPHRASE": "not the passphrase" };
      const run = await runJob(job(forge, "drift"), {
        ...at({ ...contextOf("monk"), ...wrong }, inRepository(server)),
        ...installedOnce,
      });
      expect(run.failed).toBe(true);
      expect(run.steps.at(-1)?.said).toMatch(/incorrect passphrase/);
      expect(asked).toEqual([]);
    });
  });
});
