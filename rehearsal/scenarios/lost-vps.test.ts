import { expect, test } from "vitest";
import type { StackSession } from "../engine/stack.ts";
import { describeWithEngine } from "../engine/testing.ts";
import { done, emptyWorld, failureOf, gate, hub, member, notProved, open, openBothUp } from "./stage.ts";

/** What docs/operating.md says to run once the old machine and its device are gone. */
function rebuild(stack: StackSession) {
  const made = stack.resources();
  const urns = made
    .filter(({ urn, type }) => urn.endsWith("::join-key") || type === "docker:index/image:Image")
    .map(({ urn }) => urn);
  return stack.up({ refresh: true, runProgram: true, replace: urns });
}

describeWithEngine("a VPS", (engine) => {
  test("that is lost is built anew with a new join key, and then everything on it", async () => {
    const rehearsal = await openBothUp(engine);
    const { faults, state } = rehearsal.world;
    faults.deleteServer(hub);
    const stack = await rehearsal.stack(hub);
    const found = done(await gate(rehearsal, hub));
    expect(found).toContain("create Server server");
    expect(found).toContain("create Container postgres");

    // Without more, the new machine has the old key, and its name belongs to the device of the old one.
    const { messages } = await failureOf(stack.up({ refresh: true, runProgram: true }));
    expect(messages.join("\n")).toContain("connect to host 100.64.0.2 port 22: Connection timed out");
    expect(Object.values(state.hetzner.servers)[0]?.boot[0]).toMatch(
      /^not on the tailnet: the one-time key \w+ was used already$/,
    );

    faults.deleteServer(hub);
    faults.removeDevice(hub);
    await rebuild(stack);
    expect(done(await gate(rehearsal, hub))).toEqual([]);
    expect(done(await gate(rehearsal, member))).toEqual([]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("that was built after its join key had expired says so, and is built anew", async () => {
    const rehearsal = await open(engine, { world: emptyWorld() });
    const { faults } = rehearsal.world;
    const stack = await rehearsal.stack(hub);
    faults.fail({ operation: "create", type: /server:Server$/, message: "resource_unavailable" });
    await failureOf(stack.up());
    faults.advanceClock({ hours: 2 });
    const { messages } = await failureOf(stack.up());
    expect(messages.join("\n")).toContain(
      `${hub} did not join the tailnet (invocation of tailscale:index/getDevice:getDevice returned an error: Could not find device with hostname=${hub} after waiting 300s`,
    );
    expect(messages.join("\n")).toContain(
      'Its join key works once and for an hour: see "The VPS did not join the tailnet" in docs/operating.md.',
    );
    faults.deleteServer(hub);
    await rebuild(stack);
    expect(done(await gate(rehearsal, hub))).toEqual([]);
  });
});
