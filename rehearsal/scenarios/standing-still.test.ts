import { expect, test } from "vitest";
import type { Plan } from "../../plan/plan.ts";
import { describeWithEngine } from "../engine/testing.ts";
import type { World } from "../world/world.ts";
import { cast, done, edited, failureOf, gate, hub, member, notProved, openBothUp } from "./stage.ts";

/** What runs of a host's plan. */
function running(world: World, plan: Plan, host: string): string[] {
  const planned = plan.hosts.find(({ name }) => name === host)?.containers ?? [];
  const { containers } = world.machine(host);
  return planned.map(({ name }) => name).filter((name) => containers[name]?.running);
}

const allOf = (host: string) => cast.plan.hosts.find(({ name }) => name === host)?.containers.length;

/** Containers of every host are made anew, one after the other. */
const elsewhere = edited(
  cast,
  `Pulumi.${hub}.yaml`,
  ["timezone: America/Los_Angeles", "timezone: Europe/Berlin"],
  ["adminEmail: admin@", "adminEmail: somebody@"],
  ["title: KiteStacks", "title: Elsewhere"],
);

const words = ({ messages }: { messages: readonly string[] }) => messages.join("\n");

describeWithEngine("Docker is killed", (engine) => {
  test("in the middle of an up: the next plain one ends with everything running", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    rehearsal.recast(elsewhere);
    world.faults.killDocker(hub, 2);
    expect(words(await failureOf(rehearsal.up(hub)))).toContain("Is the docker daemon running?");
    expect(running(world, cast.plan, hub).length).toBeLessThan(allOf(hub) ?? 0);

    const next = await rehearsal.up(hub, "resumed up");
    expect(running(world, cast.plan, hub)).toHaveLength(allOf(hub) ?? 0);
    expect(next.diagnostics.map(({ message }) => message).join("\n")).toContain(
      `${hub}: what stood still is started: `,
    );
    await rehearsal.up(member);
    for (const name of [hub, member]) {
      expect(done(await rehearsal.up(name, "second up"))).toEqual([]);
      expect(done(await rehearsal.refresh(name))).toEqual([]);
    }
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("between two ups: one without a change starts everything, and changes no resource", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    world.faults.killDocker(member);
    expect(running(world, cast.plan, member)).toEqual([]);
    expect(done(await rehearsal.up(member))).toEqual([]);
    expect(running(world, cast.plan, member)).toHaveLength(allOf(member) ?? 0);
    expect(done(await gate(rehearsal, member))).toEqual([]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });
});

describeWithEngine("what an up cannot start by itself", (engine) => {
  test("fails it with the names and the remedy, and the remedy helps", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    world.faults.removeContainer(member, "kavita");
    world.faults.removeContainer(member, "grafana");
    const failed = await failureOf(rehearsal.up(member));
    expect(words(failed)).toContain(
      `${member} stands still in part after this up: 2 of ${allOf(member)} containers do not run: kavita (gone), grafana (gone). ` +
        "Everything else was done. `docker logs <name>` there says why one ended; " +
        `pulumi up --refresh --run-program --stack ${member} makes anew what is gone or cannot start.`,
    );
    const stack = await rehearsal.stack(member);
    await stack.up({ refresh: true, runProgram: true });
    expect(running(world, cast.plan, member)).toHaveLength(allOf(member) ?? 0);
    await rehearsal.up(member, "resumed up");
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("a preview asks no host, and an up of the hub does not ask the member", async () => {
    const rehearsal = await openBothUp(engine);
    rehearsal.world.faults.goAway(member);
    expect(done(await rehearsal.up(hub))).toEqual([]);
    const stack = await rehearsal.stack(member);
    expect(done(await stack.preview())).toEqual([]);
    expect(words(await failureOf(rehearsal.up(member)))).toContain(`${member} could not be looked at: `);
  });
});

describeWithEngine("what a host lacks", (engine) => {
  test("disk: is said before a container is removed whose successor could not start", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    const before = structuredClone(world.machine(member).containers);
    rehearsal.recast(elsewhere);
    world.faults.fillDisk(member, 12);
    expect(words(await failureOf(rehearsal.up(member)))).toContain(
      `${member} lacks disk: 12 MiB are free on /, where its Docker writes, and an up needs 1024. ` +
        "Make room there (`docker image prune --all` removes the images that no container uses) and run up again, " +
        `or set host.freeDiskMiB lower in Pulumi.${member}.yaml. None of its containers was touched.`,
    );
    expect(world.machine(member).containers).toEqual(before);
    world.faults.emptyDisk(member);
    await rehearsal.up(member, "resumed up");
    expect(running(world, cast.plan, member)).toHaveLength(allOf(member) ?? 0);
  });

  test("disk that the new images took: the containers of the old ones go on", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    const before = structuredClone(world.machine(member).containers);
    const newer = edited(cast, `Pulumi.${hub}.yaml`, [
      "openprojectLogin: ldap",
      'openprojectLogin: ldap\n    images: { grafana: "docker.io/grafana/grafana:99.0.0", kavita: "docker.io/jvmilazz0/kavita:99.0.0" }',
    ]);
    rehearsal.recast(newer);
    world.faults.fillDisk(member, 1100);
    expect(words(await failureOf(rehearsal.up(member)))).toContain(
      `${member} lacks disk: 100 MiB are free on /, where its Docker writes, and an up needs 1024. `,
    );
    expect(world.machine(member).containers).toEqual(before);
  });

  test("memory: is said with what does not run yet", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    world.faults.killDocker(member);
    world.faults.takeMemory(member, 22_000);
    expect(words(await failureOf(rehearsal.up(member)))).toMatch(
      new RegExp(
        `${member} lacks memory: \\d+ MiB of RAM and \\d+ MiB of swap are available, and what does not run there yet ` +
          "\\(.*grafana.*\\) takes \\d+ MiB on an ordinary day\\. " +
          `Stop what else runs on ${member}, or give it more swap, and run up again\\. None of its containers was touched\\.`,
      ),
    );
    expect(running(world, cast.plan, member)).toEqual([]);
  });
});
