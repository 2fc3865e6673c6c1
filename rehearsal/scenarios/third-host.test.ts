import { expect, test } from "vitest";
import { castOf } from "../cast.ts";
import { describeWithEngine } from "../engine/testing.ts";
import { cast, done, hub, member, notProved, openBothUp, stranger, thirdHost } from "./stage.ts";

describeWithEngine("a third host", (engine) => {
  test("comes by its stack file alone, in the small profile and on the network that it has already", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    const { subnet, gateway } = cast.plan.settings.network;
    world.faults.createNetwork(stranger, { name: "kitestacks", subnet, gateway });
    const network = world.machine(stranger).networks["kitestacks"]?.id ?? "";
    const file = thirdHost("profile: lite", `adoptNetwork: ${network}`);
    rehearsal.recast(castOf({ ...cast.files, [`Pulumi.${stranger}.yaml`]: file }));

    // The portal shows all hosts, the metrics API asks them, Prometheus scrapes them, and LiteLLM shares its quota with them.
    const onEveryHost = [
      "replace Container homepage",
      "replace Container kite-litellm",
      "replace Container kitestacks-metrics-api",
      "replace Container prometheus",
    ];
    expect(done(await rehearsal.up(hub))).toEqual([...onEveryHost, "update Acl policy"]);
    expect(done(await rehearsal.up(member))).toEqual(onEveryHost);
    const arrival = await rehearsal.up(stranger);
    expect(arrival.summary).toEqual({ create: expect.any(Number), import: 1 });
    await rehearsal.up(stranger, "second up");
    await rehearsal.refresh(stranger);
    expect(world.machine(stranger).networks["kitestacks"]?.id).toBe(network);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });
});
