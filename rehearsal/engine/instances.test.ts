import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { describeWithEngine } from "./testing.ts";
import { openToy, Thing, ToyHost } from "./toy.ts";

describeWithEngine("provider instances of one package", (engine) => {
  test("are told apart by what they were configured with, in every call", async () => {
    const { cloud, server, stack } = await openToy(engine, async () => {
      const one = new ToyHost("one", { host: "tcp://one", options: ["-o", "x"] });
      const two = new ToyHost("two", { host: "tcp://two" });
      new Thing("on-one", { name: "a" }, { provider: one });
      new Thing("on-two", { name: "b" }, { provider: two });
      const ask = (provider: ToyHost) =>
        pulumi.runtime.invoke("toy:index:ask", { what: "host" }, { provider });
      return { one: ask(one), two: ask(two) };
    });
    await stack.up();
    const created = cloud.seen.map(({ name, instance }) => [name, instance.name, instance.config]);
    expect(created.sort()).toEqual([
      ["on-one", "one", { host: "tcp://one", options: ["-o", "x"] }],
      ["on-two", "two", { host: "tcp://two" }],
    ]);
    expect(await stack.outputs()).toEqual({
      one: { value: { host: "tcp://one", asked: "host" }, secret: false },
      two: { value: { host: "tcp://two", asked: "host" }, secret: false },
    });
    const invokes = server.calls().filter(({ method }) => method === "invoke");
    expect(invokes.map(({ package: name, token }) => [name, token])).toEqual([
      ["toy", "toy:index:ask"],
      ["toy", "toy:index:ask"],
    ]);
    expect(new Set(invokes.map(({ instance }) => instance?.split("::").at(-1)))).toEqual(
      new Set(["one", "two"]),
    );
    expect(server.seconds()).toBeGreaterThan(0);
  });

  test("an instance's other host is seen after a change of its arguments, and replaces nothing", async () => {
    const where = { host: "tcp://one", text: "old" };
    const { cloud, server, stack } = await openToy(engine, async () => {
      new Thing(
        "thing",
        { name: "a", text: where.text },
        { provider: new ToyHost("host", { host: where.host }) },
      );
    });
    await stack.up();
    Object.assign(where, { host: "tcp://other", text: "new" });
    expect((await stack.up()).summary).toEqual({ same: 1, update: 2 });
    expect([...cloud.things.keys()]).toEqual(["thing-1"]);
    expect(server.calls().filter(({ method }) => method === "update")).toHaveLength(1);
  });

  test("a refused argument is reported at preview with its reason", async () => {
    const { stack } = await openToy(engine, async () => {
      new Thing("thing", { name: "a" }, { provider: new ToyHost("host", { host: "nowhere" }) });
    });
    await expect(stack.preview()).rejects.toThrow('"nowhere" is no host');
  });
});
