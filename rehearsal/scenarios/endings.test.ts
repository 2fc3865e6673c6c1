import { expect, test } from "vitest";
import { describeWithEngine } from "../engine/testing.ts";
import { done, failureOf, gate, hub, member, openBothUp } from "./stage.ts";

describeWithEngine("both stacks up, and then", (engine) => {
  test("a member that is destroyed leaves its volumes, and the hub as it was", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    const volumes = structuredClone(world.machine(member).volumes);
    const before = structuredClone(world.machine(hub));
    const stack = await rehearsal.stack(member);
    await stack.destroy();
    expect(stack.resources()).toEqual([]);
    expect(world.machine(member)).toMatchObject({ containers: {}, networks: {}, volumes });
    expect(world.machine(hub)).toEqual(before);
    expect(done(await gate(rehearsal, hub))).toEqual([]);
  });

  test("a hub that is to be destroyed is refused by the preview, which names what is protected and the way on", async () => {
    const rehearsal = await openBothUp(engine);
    const stack = await rehearsal.stack(hub);
    const before = rehearsal.world.save();
    const { messages } = await failureOf(stack.previewDestroy());
    for (const name of ["server", "tunnel"]) {
      expect(messages.join("\n")).toMatch(
        new RegExp(`::${name}" cannot be deleted\\nbecause it is protected`),
      );
      expect(messages.join("\n")).toMatch(new RegExp(`\`pulumi state unprotect '.*::${name}'\``));
    }
    expect(rehearsal.world.save()).toBe(before);
  });

  test("a hub that is destroyed without a preview loses its secrets before it stops, and no `up` makes other keys", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    const volumes = structuredClone(world.machine(hub).volumes);
    const stack = await rehearsal.stack(hub);
    // The Automation API destroys with --skip-preview.
    const { operation } = await failureOf(stack.destroy());
    expect(done(operation)).toContain("delete RandomPassword postgres.password");
    expect(world.machine(hub).containers).toEqual({});
    expect(world.machine(hub).volumes).toEqual(volumes);
    const left = stack.resources().map(({ urn }) => urn.split("::").at(-1));
    expect(left).toEqual(expect.arrayContaining(["server", "address", "tunnel", "policy"]));
    // What was encrypted stays on the volumes, and the last outputs still hold the keys that open it.
    const refused = (await failureOf(stack.up())).messages.join("\n");
    expect(refused).toContain("11 generated secrets cannot be made anew, and would be");
    expect(refused).toContain("grafana.secretKey: it encrypts");
    expect(refused).toContain("npm run keep-secrets");
    expect(world.machine(hub).containers).toEqual({});
  });
});
