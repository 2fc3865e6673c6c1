import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { describeWithEngine } from "./testing.ts";
import { openToy, Thing, ToyHost } from "./toy.ts";

const SECRETS = ["top-secret-text", "TOKEN=among-others", "generated-key"];

describeWithEngine("secrets", (engine) => {
  test("stay encrypted in the state through create, update, refresh and read", async () => {
    const wanted = { size: 1 };
    const { cloud, stack } = await openToy(engine, async () => {
      const provider = new ToyHost("host", { host: "tcp://one" });
      const texts = ["TZ=UTC", pulumi.secret("TOKEN=among-others")];
      new Thing(
        "thing",
        { name: "a", text: pulumi.secret("top-secret-text"), texts, ...wanted },
        { provider },
      );
    });
    const expectNoneInState = () => {
      const state = stack.exportState();
      expect(state).toContain("TZ=UTC");
      for (const secret of SECRETS) expect(state).not.toContain(secret);
    };
    await stack.up();
    expectNoneInState();
    wanted.size = 2;
    await stack.up();
    expectNoneInState();
    cloud.things.set("thing-1", { ...cloud.things.get("thing-1"), color: "by hand" });
    expect((await stack.refresh()).summary).toMatchObject({ update: 1 });
    expectNoneInState();
  });

  test("are plain to the provider, which is told where they stood", async () => {
    const { cloud, stack } = await openToy(engine, async () => {
      const provider = new ToyHost("host", { host: "tcp://one" });
      const texts = ["TZ=UTC", pulumi.secret("TOKEN=among-others")];
      new Thing("thing", { name: "a", text: pulumi.secret("top-secret-text"), texts }, { provider });
    });
    await stack.up();
    expect(cloud.seen[0]?.secretPaths.sort()).toEqual(["text", "texts[1]"]);
    expect(cloud.things.get("thing-1")).toMatchObject({
      text: "top-secret-text",
      texts: ["TZ=UTC", "TOKEN=among-others"],
    });
  });

  test("make what an invoke finds with them a secret", async () => {
    const { stack } = await openToy(engine, async () => {
      const provider = new ToyHost("host", { host: "tcp://one" });
      return {
        answer: pulumi.runtime.invokeOutput(
          "toy:index:ask",
          { what: pulumi.secret("top-secret-text") },
          { provider },
        ),
      };
    });
    await stack.up();
    expect(await stack.outputs()).toMatchObject({
      answer: { secret: true, value: { asked: "top-secret-text" } },
    });
    expect(stack.exportState()).not.toContain("top-secret-text");
  });

  test("of one stack stay secret in another that reads them by reference", async () => {
    const { session, stack } = await openToy(engine, async () => {
      const provider = new ToyHost("host", { host: "tcp://one" });
      if (pulumi.getStack() === "hub") {
        return { key: new Thing("hub", { name: "hub" }, { provider }).key };
      }
      const hub = new pulumi.StackReference("organization/kitestacks/hub");
      new Thing("member", { name: "member", text: hub.requireOutput("key") }, { provider });
      return undefined;
    });
    await stack.up();
    expect(await stack.outputs()).toEqual({ key: { value: "generated-key", secret: true } });
    const member = await session.stack("monk");
    await member.up();
    expect(member.exportState()).toContain("member");
    expect(member.exportState()).not.toContain("generated-key");
  });
});
