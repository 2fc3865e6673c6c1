import { expect, test } from "vitest";
import { describeWithEngine } from "../engine/testing.ts";
import { type Provider, ProviderError } from "../provider/provider.ts";
import type { World } from "../world/world.ts";
import { bothUp, emptyWorld, failureOf, gate, hub, member, notProved, open, openBothUp } from "./stage.ts";

describeWithEngine("from empty accounts", (engine) => {
  test("the hub and then the member come up, and every promise is proved", async () => {
    const rehearsal = await openBothUp(engine);
    const { history, world } = rehearsal;
    expect(history.map(({ stack, kind, succeeded }) => [stack, kind, succeeded])).toEqual([
      [hub, "up", true],
      [member, "up", true],
      [hub, "second up", true],
      [member, "second up", true],
      [hub, "refresh", true],
      [member, "refresh", true],
    ]);
    expect(notProved(await rehearsal.observe())).toEqual({});
    expect(Object.keys(world.state.hetzner.servers)).toHaveLength(1);
    expect(world.machine(hub).swapMiB).toBe(6144);
  });

  test("two bring-ups make the same world", async () => {
    const saved = await bothUp(engine);
    const rehearsal = await open(engine, { world: emptyWorld() });
    await rehearsal.up(hub);
    await rehearsal.up(member);
    expect(rehearsal.world.save()).toBe(saved.world.save());
  });

  test("a member that comes first is told which stack to bring up, and by which command", async () => {
    const rehearsal = await open(engine, { world: emptyWorld() });
    const before = rehearsal.world.save();
    await expect(rehearsal.up(member)).rejects.toThrow(
      `${member} needs the hub's secrets and address, and the stack organization/kitestacks/${hub} has no output "shared" yet. Bring the hub up first: pulumi up --stack ${hub}`,
    );
    expect(rehearsal.world.save()).toBe(before);
  });

  test("an up that fails half way, and one whose engine is killed, are completed by the next one", async () => {
    const world = emptyWorld();
    const chromeAsked = Promise.withResolvers<void>();
    const engineKilled = Promise.withResolvers<void>();
    let kills = 0;
    const deadly = beforeCreate(world, new RegExp(`:${member}::.*Container::(chrome|grafana)$`), {
      // Docker still makes Grafana, which no state hears of.
      grafana: async () => {
        if (kills > 0) return;
        await chromeAsked.promise;
        kills += 1;
        (await rehearsal.stack(member)).killEngine();
        engineKilled.resolve();
      },
      // The state says that Chrome was being created too, but Docker never heard of it.
      chrome: async () => {
        if (kills > 0) return;
        chromeAsked.resolve();
        await engineKilled.promise;
        throw new ProviderError("the connection was lost");
      },
    });
    const rehearsal = await open(engine, { world: deadly });

    world.faults.fail({
      operation: "create",
      urn: /Container::postgres$/,
      message: "the connection was reset",
    });
    const half = await failureOf(rehearsal.up(hub));
    expect(half.messages.join("\n")).toContain("the connection was reset");
    // The engine's own provider, by which the hub reads its last outputs, is in the state and not among its counts.
    const counted = (await rehearsal.stack(hub))
      .resources()
      .filter(({ urn }) => !urn.endsWith("pulumi::default"));
    const made = counted.length;
    const rest = await rehearsal.up(hub, "resumed up");
    expect(rest.summary).toEqual({ create: expect.any(Number), same: made });

    const killed = await failureOf(rehearsal.up(member));
    expect(killed.message).toContain("the engine was ended by SIGKILL");
    const stack = await rehearsal.stack(member);
    await expect(stack.up()).rejects.toThrow("the stack is currently locked by 1 lock(s)");
    const { pending } = stack.recover();
    const unheardOf = pending.map(({ urn }) => urn.split("::").at(-1) ?? "");
    expect(unheardOf).toEqual(expect.arrayContaining(["chrome", "grafana"]));
    expect(world.machine(member).containers).not.toHaveProperty("chrome");

    // Docker went on without the engine: these containers are there, and nobody's, until a person removes them.
    const inTheWay = await failureOf(rehearsal.up(member));
    expect(inTheWay.messages.length).toBeGreaterThan(0);
    for (const message of inTheWay.messages) {
      const [, name = ""] = /The container name "\/([\w-]+)" is already in use/.exec(message) ?? [];
      expect(unheardOf, message).toContain(name);
    }
    // What came to be only in that up, as Chrome, the state knows: taking it away would be drift.
    const known = stack.resources().map(({ id }) => id);
    const { containers } = world.machine(member);
    const nobodys = unheardOf.filter((name) => name in containers && !known.includes(containers[name]?.id));
    for (const name of nobodys) world.faults.removeContainer(member, name);
    await rehearsal.up(member, "resumed up");
    await stack.refresh({ clearPendingCreates: true });
    expect(stack.recover().pending).toEqual([]);

    for (const name of [hub, member]) expect((await gate(rehearsal, name)).changes).toEqual([]);
    // The failed up of the hub is forgiven, since the next one completed it; the killed one needed a person.
    const { P8 = [], ...others } = notProved(await rehearsal.observe());
    expect(others).toEqual({});
    expect(P8.filter((line) => line.includes("failed"))).toEqual([
      `the up of ${member} failed and the next one did not complete it`,
    ]);
  });
});

/** The same world with something to do before the resources of these names are created. */
function beforeCreate(world: World, urn: RegExp, acts: Readonly<Record<string, () => Promise<void>>>): World {
  const watched = Object.entries(world.providers()).map(([name, provider]): [string, Provider] => [
    name,
    {
      ...provider,
      create: async (call) => {
        const [, name = ""] = urn.exec(call.urn) ?? [];
        if (!call.preview) await acts[name]?.();
        return provider.create(call);
      },
    },
  ]);
  return { ...world, providers: () => Object.fromEntries(watched) };
}
