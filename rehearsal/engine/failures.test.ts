import { expect, test } from "vitest";
import { EngineFailure } from "./failure.ts";
import { describeWithEngine } from "./testing.ts";
import { openToy, Thing, ToyHost } from "./toy.ts";

describeWithEngine("failures", (engine) => {
  const failure = async (work: Promise<unknown>): Promise<EngineFailure> => {
    const error = await work.then(
      () => new Error("it did not fail"),
      (reason: unknown) => reason,
    );
    if (error instanceof EngineFailure) return error;
    throw error;
  };

  test("a refusal reaches the user as the provider said it, and the next up makes the rest", async () => {
    const { cloud, stack } = await openToy(engine, async () => {
      const provider = new ToyHost("host", { host: "tcp://one" });
      const first = new Thing("first", { name: "a" }, { provider });
      new Thing("second", { name: "taken" }, { provider, dependsOn: first });
    });
    cloud.things.set("stranger", { name: "taken" });
    const error = await failure(stack.up());
    expect(error.messages).toEqual(['the name "taken" is already in use']);
    expect(error.message).toBe('pulumi up of stack "hub" failed: the name "taken" is already in use');
    expect(error.operation.changes.filter(({ failed }) => failed).map(({ name }) => name)).toEqual([
      "second",
    ]);
    cloud.things.delete("stranger");
    expect((await stack.up()).summary).toEqual({ create: 1, same: 3 });
  });

  test("a failed check is reported at preview", async () => {
    const { stack } = await openToy(engine, async () => {
      new Thing("thing", { name: "a", size: -1 }, { provider: new ToyHost("host", { host: "tcp://one" }) });
    });
    const error = await failure(stack.preview());
    expect(error.message).toContain("must not be negative");
  });

  test("a thing that came to be but is not well stays in the state with its id; the next up tries again", async () => {
    const wanted = { sick: true };
    const { cloud, stack } = await openToy(engine, async () => {
      new Thing("thing", { name: "a", ...wanted }, { provider: new ToyHost("host", { host: "tcp://one" }) });
    });
    const error = await failure(stack.up());
    expect(error.message).toContain("the thing does not get well");
    const stored = stack.resources().find(({ type }) => type === "toy:index:Thing");
    expect(stored).toMatchObject({ id: "thing-1", raw: { initErrors: ["the thing does not get well"] } });
    expect(stack.exportState()).not.toContain("generated-key");
    wanted.sick = false;
    expect((await stack.up()).summary).toEqual({ same: 2, update: 1 });
    expect([...cloud.things.keys()]).toEqual(["thing-1"]);
  });

  test("an error in the program is told without its stack", async () => {
    const { stack } = await openToy(engine, async () => {
      throw new Error("the settings are wrong");
    });
    const error = await failure(stack.preview());
    expect(error.message).toBe('pulumi preview of stack "hub" failed: the settings are wrong');
  });

  test("a protected thing stops destroy and is kept; what depends on it is deleted before", async () => {
    const { cloud, stack } = await openToy(engine, async () => {
      const provider = new ToyHost("host", { host: "tcp://one" });
      const kept = new Thing("kept", { name: "a" }, { provider, protect: true });
      new Thing("other", { name: "b" }, { provider, dependsOn: kept });
    });
    await stack.up();
    const error = await failure(stack.destroy());
    expect(error.message).toContain("cannot be deleted");
    expect([...cloud.things.values()]).toMatchObject([{ name: "a" }]);
  });

  test("an import of what is not there is refused with its id", async () => {
    const { stack } = await openToy(engine, async () => {
      const provider = new ToyHost("host", { host: "tcp://one" });
      new Thing("thing", { name: "a" }, { provider, import: "old-1" });
    });
    await expect(stack.up()).rejects.toThrow("old-1");
  });
});
