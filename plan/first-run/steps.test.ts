import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { referencesIn, resolve } from "../../catalogue/text.ts";
import { factsFor } from "../facts.ts";
import { makePlan } from "../make-plan.ts";
import { exampleHost, exampleSettings } from "../testing.ts";
import { shellScript } from "./script.ts";
import { firstRunSteps } from "./steps.ts";
import { fakePrograms, type Programs } from "./testing/programs.ts";
import { run, stepNamed } from "./testing/run.ts";

const { hub, hosts } = makePlan(exampleSettings(), catalogue);
const everywhere = hosts.flatMap((host) => host.steps.map((step) => ({ host, step })));

describe("the steps of a host", () => {
  test("are all that the catalogue asks for; the database's only where it runs", () => {
    const wanted = catalogue.flatMap(({ name, firstRun = [] }) =>
      firstRun.map(({ step }) => `${name}.${step}`),
    );
    expect(hub.steps.map(({ name }) => name).sort()).toEqual(wanted.sort());
    const member = hosts.find(({ isHub }) => !isHub);
    expect(member?.steps.map(({ name }) => name)).not.toContain("postgres.set-password");
    expect(member?.steps.map(({ name }) => name)).toContain("forgejo.add-oauth-source");
  });

  test("use the secrets that the catalogue says, and none that a person gives", () => {
    for (const { step } of everywhere) {
      const need = catalogue
        .find(({ name }) => name === step.service)
        ?.firstRun?.find((one) => `${step.service}.${one.step}` === step.name);
      const used = referencesIn(step.input).flatMap((one) => (one.ref === "secret" ? [one.name] : []));
      expect([step.name, [...new Set(used)].sort()]).toEqual([step.name, [...(need?.secrets ?? [])].sort()]);
    }
  });

  test("wait only for containers and earlier steps of their own host", () => {
    for (const { host, step } of everywhere) {
      const names = host.steps.map(({ name }) => name);
      expect(host.containers.map(({ name }) => name)).toEqual(expect.arrayContaining([...step.needs]));
      for (const before of step.after) expect(names.indexOf(before)).toBeLessThan(names.indexOf(step.name));
      expect(step.needs).toContain(step.service);
    }
  });

  test("hold no secret and no script in their command, which every `ps` shows", () => {
    for (const { step } of everywhere) {
      expect(step.command).toContain(`timeout -k 10 ${step.limitSeconds} docker `);
      expect(step.command.length).toBeLessThan(1000);
      expect(step.purpose).not.toMatch(/["$`\\]/);
    }
  });

  test("give up by themselves, with words of their own, well before their limit ends them", () => {
    for (const { input, limitSeconds, name } of hub.steps) {
      const [, seconds] = /(?:^seconds='|"seconds": ")(\d+)/m.exec(resolve(input, String)) ?? [];
      expect([name, Number(seconds)]).toEqual([name, expect.any(Number)]);
      expect(Number(seconds), name).toBeLessThanOrEqual(limitSeconds - 100);
    }
  });

  test("are ended inside their container too, where the end of `docker exec` would not reach them", () => {
    const inside = hub.steps.filter(({ command }) => command.includes("docker exec -i"));
    expect(inside).toHaveLength(8);
    for (const { command, limitSeconds } of inside)
      expect(command).toMatch(
        new RegExp(`docker exec -i .*[\\w-]+ timeout -k 5 ${limitSeconds - 10} (sh|node) `),
      );
  });

  test("leave out what a lite host does not run", () => {
    const lite = makePlan(
      exampleSettings({
        hosts: [exampleHost({ name: "cloud", role: "hub" }), exampleHost({ profile: "lite" })],
      }),
      catalogue,
    ).hosts[1];
    expect(lite?.steps.map(({ service }) => service)).not.toContain("portainer");
  });

  test("run again when their values change, not when another step's do", () => {
    const changed = makePlan(
      exampleSettings({ site: { ...exampleSettings().site, adminEmail: "b@example.org" } }),
      catalogue,
    );
    const different = hub.steps.filter((step, i) => step.fingerprint !== changed.hub.steps[i]?.fingerprint);
    expect(different.map(({ name }) => name).sort()).toEqual([
      "forgejo.create-admin",
      "karakeep.create-admin",
      "kavita.oidc-settings",
      "kavita.register-admin",
    ]);
  });
});

test("a step that nobody knows how to do is a mistake in the catalogue", () => {
  const odd = catalogue.map((service) =>
    service.name === "grafana"
      ? { ...service, firstRun: [{ step: "dance", purpose: "", secrets: [] }] }
      : service,
  );
  expect(() => firstRunSteps(odd, hub.containers, factsFor(exampleSettings(), catalogue, "cloud"))).toThrow(
    "The catalogue asks for the first-run step grafana.dance, which plan/first-run/steps.ts does not know.",
  );
});

test("values with quotes reach a script as they are", async () => {
  const input = resolve(
    shellScript("authentik-blueprints.sh", { blueprints: "it's $HOME", seconds: "0", pause: "0" }),
    String,
  );
  const programs = fakePrograms({ ak: "" }, {});
  await run("sh", ["-s"], input, programs.path);
  expect(programs.calls()).toEqual([["ak", "apply_blueprint", "it's", "$HOME"]]);
  programs.remove();
});

test("a secret that a person gives is refused", () => {
  expect(() =>
    shellScript("forgejo-admin.sh", { password: [{ ref: "secret", name: "provided.forgejoToken" }] }),
  ).toThrow("A first-run step takes generated secrets only, and provided.forgejoToken is given by a person");
});

describe("the command on the host", () => {
  /** A Docker that answers `run` and `exec` with what the state says, around a container whose /tmp is a folder. */
  const docker = `
if (words[0] === "restart") end(state.restart);
if (words.includes("-c")) {
  const shell = require("node:child_process").spawnSync("sh", ["-c", words.at(-1).replaceAll("/tmp/", at("tmp-"))]);
  process.stdout.write(shell.stdout);
  end(shell.status);
}
if (state.got !== undefined) state.got = input;
say(state.said);
end(state.code, state.message);`;
  let programs: Programs;
  beforeEach(() => {
    programs = fakePrograms({ docker }, {});
  });
  afterEach(() => programs.remove());

  async function started(name: string, state: object) {
    programs.set({ restart: 0, code: 0, ...state });
    const before = programs.calls().length;
    const ran = await run("sh", ["-c", stepNamed(name).command], "the script", programs.path);
    const restarts = programs
      .calls()
      .slice(before)
      .filter(([, word]) => word === "restart");
    return { ...ran, restarts: restarts.map((words) => words.join(" ")) };
  }

  test("ends a failed step with what is missing and what to do", async () => {
    const { code, err } = await started("forgejo.create-admin", {
      said: "",
      code: 3,
      message: "no such container",
    });
    expect(code).toBe(3);
    expect(err).toMatch(
      /^no such container\nforgejo\.create-admin failed \(exit 3; 124 and 143 mean longer than 300 s\)\. The service runs; what is missing: administrator kiteadmin\./,
    );
    expect(err).toContain("docs/first-run.md has the remedies. The next pulumi up tries again.");
  });

  test.each(hub.steps.map(({ name }) => name))(
    "hands all of the script to the container: %s",
    async (name) => {
      await started(name, { said: "unchanged", got: "" });
      expect(programs.state<{ got: string }>().got).toBe("the script");
    },
  );

  describe.each(["kavita", "forgejo"])("starts %s again", (service) => {
    const step = service === "kavita" ? "kavita.oidc-settings" : "forgejo.add-oauth-source";
    const restarts = [`docker restart ${service}`];

    test("after its sign-on settings changed, once", async () => {
      expect(await started(step, { said: "a line\nchanged" })).toMatchObject({ code: 0, restarts });
      expect(await started(step, { said: "a line\nunchanged" })).toMatchObject({ code: 0, restarts: [] });
    });

    test("in the next run, where the restart failed, although nothing is left to change", async () => {
      const failed = await started(step, { said: "changed", restart: 1 });
      expect(failed).toMatchObject({ code: 1, restarts });
      expect(failed.err).toBe(
        `${step} is done, but ${service} did not start again and keeps its old settings. The line above says why; the next pulumi up tries again.\n`,
      );
      expect(await started(step, { said: "unchanged" })).toMatchObject({ code: 0, restarts });
      expect(await started(step, { said: "unchanged" })).toMatchObject({ code: 0, restarts: [] });
    });

    test("in the next run, where the script broke off and may have changed something", async () => {
      expect(await started(step, { said: "", code: 124 })).toMatchObject({ code: 124, restarts: [] });
      expect(await started(step, { said: "unchanged" })).toMatchObject({ code: 0, restarts });
    });
  });
});

test("the SSH connection takes a key only where a person gave one; otherwise the agent's", () => {
  expect(hub.sshKey).toBeUndefined();
  const given = makePlan(exampleSettings({ providedSecrets: ["sshPrivateKey"] }), catalogue);
  expect(given.hosts.map(({ sshKey }) => sshKey)).toEqual([
    [{ ref: "secret", name: "provided.sshPrivateKey" }],
    [{ ref: "secret", name: "provided.sshPrivateKey" }],
  ]);
});
