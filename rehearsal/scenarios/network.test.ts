import { expect, test } from "vitest";
import { describeWithEngine } from "../engine/testing.ts";
import { cast, done, edited, gate, hub, member, notProved, openBothUp } from "./stage.ts";

describeWithEngine("a host whose containers were stopped and whose network was pruned", (engine) => {
  test("gets a new network and, because none of them could start again, new containers in it", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    const machine = world.machine(member);
    const names = Object.values(machine.containers)
      .filter(({ networks }) => networks.length > 0)
      .map(({ name }) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) world.faults.stopContainer(member, name);
    delete machine.networks["kitestacks"];

    const stack = await rehearsal.stack(member);
    const repaired = done(await stack.up({ refresh: true }));
    expect(repaired).toContain("create Network network");
    expect(repaired.filter((line) => line.startsWith("replace Container "))).toEqual(
      names.map((name) => `replace Container ${name}`).sort(),
    );
    expect(done(await gate(rehearsal, member))).toEqual([]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });
});

describeWithEngine("another subnet for the network", (engine) => {
  test("makes it and all containers in it anew, and what listens on its gateway comes after it", async () => {
    const rehearsal = await openBothUp(engine);
    const services = "  kitestacks:services:\n";
    const network = "  kitestacks:network: { subnet: 172.31.0.0/24, gateway: 172.31.0.1 }\n";
    rehearsal.recast(edited(cast, `Pulumi.${hub}.yaml`, [services, `${network}${services}`]));
    await rehearsal.up(hub);
    const replaced = done(await rehearsal.up(member));
    expect(replaced).toContain("replace Network network");
    expect(replaced).toContain("replace Container kitestacks-metrics-api");
    expect(done(await gate(rehearsal, member))).toEqual([]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });
});
