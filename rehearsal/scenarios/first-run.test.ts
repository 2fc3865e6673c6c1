import { expect, test } from "vitest";
import { resolve } from "../../catalogue/text.ts";
import { hostOf } from "../../plan/make-plan.ts";
import { judge } from "../../promises/all.ts";
import { formsOf } from "../../promises/secret-forms.ts";
import { describeWithEngine } from "../engine/testing.ts";
import { outsideWorld } from "../outside-world.ts";
import type { Rehearsal } from "../rehearsal.ts";
import { createWorld } from "../world/world.ts";
import {
  bothUp,
  cast,
  edited,
  emptyWorld,
  failureOf,
  hub,
  member,
  notProved,
  open,
  openBothUp,
  projectDir,
} from "./stage.ts";

const hubFile = `Pulumi.${hub}.yaml`;

/** Runs of a host's step so far. */
function runsOf({ world }: Rehearsal, host: string, step: string) {
  const runs = Object.entries(world.state.commands).filter(
    ([urn]) => urn.startsWith(`urn:pulumi:${host}::`) && urn.endsWith(`Command::${step}`),
  );
  return runs.flatMap(([, list]) => list);
}

const remembered = ({ world }: Rehearsal) => world.machine(hub).volumes["postgres-data"]?.postgres?.password;
const authentikUses = ({ world }: Rehearsal, host: string) =>
  world.container(host, "authentik").env["AUTHENTIK_POSTGRESQL__PASSWORD"];

describeWithEngine("first-run steps", (engine) => {
  test("run once on every host, with their inputs, over SSH at the host's tailnet address", async () => {
    const rehearsal = await openBothUp(engine);
    const { secrets } = await rehearsal.observe();
    for (const host of [hub, member]) {
      const { state, machine } = rehearsal.world;
      const device = state.tailscale.devices[machine(host).deviceId];
      for (const step of hostOf(rehearsal.cast.plan, host).steps) {
        const stdin = resolve(step.input, (reference) =>
          reference.ref === "secret" ? (secrets[reference.name] ?? "") : (device?.address ?? ""),
        );
        expect(runsOf(rehearsal, host, step.name)).toEqual([
          expect.objectContaining({
            operation: "create",
            host: device?.address,
            command: step.command,
            stdin,
            exitCode: 0,
          }),
        ]);
      }
    }
  });

  test("leave no secret in state, evidence, labels or process arguments", async () => {
    const rehearsal = await openBothUp(engine);
    const observed = await rehearsal.observe();
    const machines = [hub, member].map((host) => rehearsal.world.machine(host));
    const runs = Object.values(rehearsal.world.state.commands).flat();
    const containers = machines.flatMap((machine) => Object.values(machine.containers));
    const places: Record<string, unknown> = {
      state: observed.states.map(({ text }) => text),
      evidence: judge(observed),
      "process arguments": [
        runs.map(({ command, environment }) => [command, environment]),
        containers.map(({ command, entrypoints, healthcheck }) => [command, entrypoints, healthcheck]),
      ],
      labels: containers.map(({ labels }) => labels),
      output: runs.map(({ stdout, stderr }) => [stdout, stderr]),
    };
    const secrets = Object.entries(observed.secrets);
    const found = Object.entries(places).flatMap(([place, content]) => {
      const text = JSON.stringify(content);
      return secrets.flatMap(([name, value]) =>
        formsOf(value).some((form) => text.includes(form)) ? [`${place}: ${name}`] : [],
      );
    });
    expect(found).toEqual([]);

    // The search does find them where they belong: on the standard input of the steps.
    const inputs = JSON.stringify(runs.map(({ stdin }) => stdin));
    const used = hostOf(cast.plan, hub).steps.filter(({ input }) => typeof input !== "string");
    expect(used.length).toBeGreaterThan(5);
    for (const name of ["postgres.password", "forgejo.oidc", "uptime-kuma.adminPassword"]) {
      expect(inputs).toContain(observed.secrets[name]);
    }
  });

  test("a new database password reaches the running server before the Authentiks that use it", async () => {
    const rehearsal = await openBothUp(engine);
    const before = remembered(rehearsal);
    rehearsal.recast(
      edited(cast, hubFile, [
        "  kitestacks:services:\n",
        '  kitestacks:services:\n    rotate: { postgres.password: "2" }\n',
      ]),
    );
    await rehearsal.up(hub);
    expect(remembered(rehearsal)).not.toBe(before);
    expect(authentikUses(rehearsal, hub)).toBe(remembered(rehearsal));
    await rehearsal.up(member);
    expect(authentikUses(rehearsal, member)).toBe(remembered(rehearsal));
    expect(notProved(await rehearsal.observe())).toEqual({});
    expect(rehearsal.world.state.volumesLost).toEqual([]);
  });

  test("one that fails leaves every container running and is completed by the next up", async () => {
    const rehearsal = await open(engine, { world: emptyWorld() });
    rehearsal.world.faults.fail({
      operation: "create",
      urn: /Command::uptime-kuma\.create-admin$/,
      message: "exit status 1",
    });
    const failed = await failureOf(rehearsal.up(hub));
    expect(failed.messages.join("\n")).toContain("exit status 1");
    expect(rehearsal.world.health(hub, "uptime-kuma")).toMatchObject({ healthy: true });
    expect(runsOf(rehearsal, hub, "uptime-kuma.monitors")).toEqual([]);
    await rehearsal.up(hub, "resumed up");
    for (const step of ["uptime-kuma.create-admin", "uptime-kuma.monitors"]) {
      expect(runsOf(rehearsal, hub, step)).toHaveLength(1);
    }
  });

  test("run again in a container that is a new one, and in no other", async () => {
    const saved = await bothUp(engine);
    const rehearsal = await open(engine, { saved });
    rehearsal.world.faults.removeContainer(member, "forgejo");
    const stack = await rehearsal.stack(member);
    await stack.up({ refresh: true });
    const again = hostOf(cast.plan, member).steps.filter(
      ({ name }) => runsOf(rehearsal, member, name).length > 1,
    );
    expect(again.map(({ name }) => name)).toEqual(["forgejo.create-admin", "forgejo.add-oauth-source"]);
  });

  test("of a host whose Docker is a socket of this machine run on it, wherever the shell's own Docker is", async () => {
    const atHome = edited(cast, `Pulumi.${member}.yaml`, [
      "docker: ssh",
      "docker: unix:///var/run/docker.sock",
    ]);
    const environment = { DOCKER_CONTEXT: hub, DOCKER_HOST: `ssh://root@${hub}` };
    const world = createWorld({
      ...outsideWorld(atHome.plan.settings, atHome.secrets, projectDir),
      environment,
    });
    const rehearsal = await open(engine, { cast: atHome, world });
    for (const name of [hub, member]) await rehearsal.up(name);
    for (const { name } of hostOf(atHome.plan, member).steps) {
      expect(runsOf(rehearsal, member, name)).toMatchObject([{ host: "local", exitCode: 0 }]);
    }
    expect((await rehearsal.up(member, "second up")).changes.filter(({ op }) => op !== "same")).toEqual([]);
  });
});
