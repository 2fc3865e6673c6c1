import { expect, test } from "vitest";
import type { StackSession } from "../engine/stack.ts";
import { describeWithEngine } from "../engine/testing.ts";
import { outsideWorld } from "../outside-world.ts";
import { createWorld, type World } from "../world/world.ts";
import {
  cast,
  done,
  emptyWorld,
  failureOf,
  gate,
  hub,
  member,
  notProved,
  open,
  openBothUp,
  projectDir,
} from "./stage.ts";

/** The usual machines, and an older one that somebody called like the hub: Docker runs there, and it has the hub's tag. */
function worldWithNamesake(): World {
  const { settings, tailnet } = cast.plan;
  const outside = outsideWorld(settings, cast.secrets, projectDir);
  const address = "100.64.0.50";
  const older = {
    name: "older",
    tailnetAddress: address,
    docker: `ssh://root@${address}`,
    tags: tailnet.hubTags,
  };
  const world = createWorld({ ...outside, machines: [...outside.machines, older] });
  const device = world.state.tailscale.devices[world.machine(older.name).deviceId];
  if (device === undefined) throw new Error("the older machine is not on the tailnet");
  Object.assign(device, { hostname: hub, createdAt: "2026-01-01T00:00:00.000Z" });
  return world;
}

/** What docs/operating.md says to run once the old machine is gone. */
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

    // Without more, the new machine has the old key, and the one device that this key made is the old machine's.
    const { messages } = await failureOf(stack.up({ refresh: true, runProgram: true }));
    expect(messages.join("\n")).toContain("connect to host 100.64.0.2 port 22: Connection timed out");
    expect(Object.values(state.hetzner.servers)[0]?.boot[0]).toMatch(
      /^not on the tailnet: the one-time key \w+ was used already$/,
    );

    const { devices } = state.tailscale;
    const old = Object.values(devices).find(({ address }) => address === "100.64.0.2");
    faults.deleteServer(hub);
    await rebuild(stack);
    expect(state.tailscale.devices[rehearsal.world.machine(hub).deviceId]?.address).toBe("100.64.0.3");
    // A member has the hub's new address only with its next `up`.
    await rehearsal.up(member);
    delete devices[old?.id ?? ""];
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
      `${hub} did not join the tailnet (invocation of tailscale:index/getDevice:getDevice returned an error: Could not find device with hostname=${hub}-k`,
    );
    expect(messages.join("\n")).toContain(
      'Its join key works once and for an hour: see "The VPS did not join the tailnet" in docs/operating.md.',
    );
    faults.deleteServer(hub);
    await rebuild(stack);
    expect(done(await gate(rehearsal, hub))).toEqual([]);
  });

  test("is not taken for an older machine of its name, which answers and has our tag", async () => {
    const rehearsal = await open(engine, { world: worldWithNamesake() });
    const { state, machine } = rehearsal.world;
    await rehearsal.up(hub);
    expect(Object.keys(machine(hub).containers)).toHaveLength(rehearsal.cast.plan.hub.containers.length);
    expect(machine("older").containers).toEqual({});
    expect(state.tailscale.devices[machine(hub).deviceId]?.hostname).toMatch(/^kscloud1-k[a-z0-9]+$/);
    expect(done(await gate(rehearsal, hub))).toEqual([]);
  });

  test("that joined under the host's own name, as they did before, is told by its key all the same", async () => {
    const rehearsal = await openBothUp(engine);
    const { state, machine } = rehearsal.world;
    const device = state.tailscale.devices[machine(hub).deviceId];
    if (device === undefined) throw new Error("the hub is not on the tailnet");
    device.hostname = hub;
    expect(done(await gate(rehearsal, hub))).toEqual([]);

    // Another one that the key could have made: which of the two it is a person has to say.
    state.tailscale.devices["nTwinCNTRL"] = { ...device, id: "nTwinCNTRL", address: "100.64.0.66" };
    const { messages } = await failureOf((await rehearsal.stack(hub)).up());
    expect(messages.join("\n")).toMatch(
      /More than one device may be kscloud1: kscloud1.*\(100\.64\.0\.(2|66) .*, kscloud1.*\(100\.64\.0\.(2|66) /,
    );
  });
});
