import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { UNKNOWN } from "../provider/provider.ts";
import { describeWithEngine } from "./testing.ts";
import { openToy, Thing, type ThingArgs, ToyHost } from "./toy.ts";

describeWithEngine("the engine over simulated providers", (engine) => {
  /** One thing whose arguments the test changes between runs. */
  const oneThing = async (first: ThingArgs) => {
    const wanted = { args: first };
    const toy = await openToy(engine, async () => {
      new Thing("thing", wanted.args, { provider: new ToyHost("host", { host: "tcp://one" }) });
    });
    return { ...toy, wanted };
  };

  test("creates what is missing, and a second up changes nothing", async () => {
    const { cloud, stack } = await oneThing({ name: "a", text: "hello" });
    const first = await stack.up();
    expect(first.summary).toEqual({ create: 3 });
    expect(first.changes.map(({ name, op }) => `${op} ${name}`)).toContain("create thing");
    expect([...cloud.things.values()]).toEqual([
      { name: "a", text: "hello", color: "grey", serial: "serial-1", key: "generated-key" },
    ]);
    const second = await stack.up();
    expect(second.summary).toEqual({ same: 3 });
    expect(second.changes).toEqual([]);
  });

  test("updates in place and names what differs", async () => {
    const { cloud, stack, wanted } = await oneThing({ name: "a", text: "hello" });
    await stack.up();
    wanted.args = { name: "a", text: "good bye" };
    const { changes } = await stack.up();
    expect(changes).toMatchObject([{ name: "thing", op: "update", diffs: ["text"], replaceKeys: [] }]);
    expect([...cloud.things.values()]).toMatchObject([{ text: "good bye", serial: "serial-1" }]);
  });

  test("replaces, deleting the old one first where the provider says so", async () => {
    const { server, stack, wanted } = await oneThing({ name: "a" });
    await stack.up();
    wanted.args = { name: "b" };
    const before = server.calls().length;
    const { changes, summary } = await stack.up();
    expect(summary).toEqual({ same: 2, replace: 1 });
    expect(changes.find(({ op }) => op === "replace")).toMatchObject({
      name: "thing",
      replaceKeys: ["name"],
    });
    const done = server
      .calls()
      .slice(before)
      .map(({ method }) => method);
    expect(done.filter((method) => ["create", "delete"].includes(method))).toEqual(["delete", "create"]);
  });

  test("an update's preview changes nothing and says what would change", async () => {
    const { cloud, stack, wanted } = await oneThing({ name: "a", text: "hello" });
    await stack.up();
    wanted.args = { name: "a", text: "good bye" };
    const { summary } = await stack.preview();
    expect(summary).toEqual({ same: 2, update: 1 });
    expect([...cloud.things.values()]).toMatchObject([{ text: "hello" }]);
  });

  test("a refresh finds what is gone or was changed by hand, and up repairs it", async () => {
    const { cloud, stack } = await oneThing({ name: "a", text: "hello" });
    await stack.up();
    expect((await stack.previewRefresh()).summary).toEqual({ same: 3 });

    cloud.things.set("thing-1", { ...cloud.things.get("thing-1"), text: "by hand" });
    expect((await stack.preview({ refresh: true, runProgram: true })).changes).toMatchObject([
      { name: "thing", op: "update", diffs: ["text"] },
    ]);
    await stack.up({ refresh: true });
    expect([...cloud.things.values()]).toMatchObject([{ text: "hello" }]);

    cloud.things.clear();
    expect((await stack.previewRefresh()).changes).toMatchObject([{ name: "thing", op: "delete" }]);
    expect((await stack.up()).summary).toEqual({ same: 3 });
    expect((await stack.up({ refresh: true })).summary).toEqual({ create: 1, same: 2 });
    expect([...cloud.things.keys()]).toEqual(["thing-2"]);
  });

  test("a preview hands on what is not known yet as unknown, also through a provider's arguments", async () => {
    const { cloud, stack } = await openToy(engine, async () => {
      const one = new ToyHost("one", { host: "tcp://one" });
      const first = new Thing("first", { name: "a" }, { provider: one });
      new Thing("second", { name: "b", text: first.serial }, { provider: one });
      const far = new ToyHost("far", { host: pulumi.interpolate`tcp://${first.serial}` });
      new Thing("third", { name: "c" }, { provider: far });
    });
    expect((await stack.preview()).summary).toEqual({ create: 6 });
    expect(cloud.things.size).toBe(0);
    const previewed = cloud.seen.map((call) => ({
      name: call.name,
      ...("inputs" in call ? { inputs: call.inputs } : {}),
    }));
    expect(previewed).toMatchObject([{ name: "first" }, { name: "second", inputs: { text: UNKNOWN } }]);

    await stack.up();
    expect(cloud.things.get("thing-2") ?? {}).toMatchObject({ name: "b", text: "serial-1" });
    expect(cloud.seen.find(({ name }) => name === "third")?.instance.config).toMatchObject({
      host: "tcp://serial-1",
    });
  });

  test("destroy deletes all, in the order of dependence", async () => {
    const { cloud, stack } = await oneThing({ name: "a" });
    await stack.up();
    const { changes } = await stack.destroy();
    expect(changes.map(({ name }) => name)).toEqual(["thing", "host", "kitestacks-hub"]);
    expect(cloud.things.size).toBe(0);
    expect(stack.resources()).toEqual([]);
  });
});
