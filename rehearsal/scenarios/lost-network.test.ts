import { expect, test } from "vitest";
import { describeWithEngine } from "../engine/testing.ts";
import { done, gate, member, notProved, openBothUp } from "./stage.ts";

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
