import { expect, test } from "vitest";
import { describeWithEngine } from "./testing.ts";
import { openToy, Thing, type ThingArgs, ToyHost } from "./toy.ts";

describeWithEngine("import of an existing resource", (engine) => {
  const adopt = async (args: ThingArgs) => {
    const toy = await openToy(engine, async () => {
      new Thing("thing", args, { provider: new ToyHost("host", { host: "tcp://one" }), import: "old-1" });
    });
    toy.cloud.things.set("old-1", {
      name: "a",
      text: "theirs",
      color: "grey",
      serial: "s",
      key: "generated-key",
    });
    return toy;
  };

  test("takes it into the state under its id; then nothing changes", async () => {
    const { cloud, stack } = await adopt({ name: "a", text: "theirs" });
    expect((await stack.up()).summary).toMatchObject({ import: 1 });
    expect(stack.resources()).toContainEqual(
      expect.objectContaining({ type: "toy:index:Thing", id: "old-1" }),
    );
    expect(stack.exportState()).not.toContain("generated-key");
    expect((await stack.up()).summary).toEqual({ same: 3 });
    expect(cloud.things.size).toBe(1);
  });

  test("updates it at once when the program differs", async () => {
    const { cloud, stack } = await adopt({ name: "a", text: "ours" });
    const { changes } = await stack.up();
    expect(changes.slice(-2)).toMatchObject([{ op: "import" }, { op: "update", diffs: ["text"] }]);
    expect(cloud.things.get("old-1")).toMatchObject({ text: "ours", serial: "s" });
  });

  test("refuses to replace it, but only at up: a preview shows the replacement with a warning", async () => {
    const { cloud, stack } = await adopt({ name: "b", text: "theirs" });
    const { diagnostics, summary } = await stack.preview();
    expect(summary).toMatchObject({ import: 1, replace: 1 });
    const reason = "previously-imported resources that still specify an ID may not be replaced";
    expect(diagnostics).toMatchObject([{ severity: "warning", message: expect.stringContaining(reason) }]);
    await expect(stack.up()).rejects.toThrow(reason);
    expect(cloud.things.get("old-1")).toMatchObject({ name: "a" });
  });
});
