import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { ProviderError } from "../provider/provider.ts";
import { isRunning } from "./locks.ts";
import { describeWithEngine } from "./testing.ts";
import { openToy, Thing, ToyHost } from "./toy.ts";

const SECOND = "urn:pulumi:hub::kitestacks::toy:index:Thing::second";

describeWithEngine("an engine that is killed while it creates the second of two things", (engine) => {
  /** @param created whether the cloud still makes the second one, although nobody is left to hear of it. */
  const killed = async ({ created }: { created: boolean }) => {
    let pid = 0;
    const toy = await openToy(
      engine,
      async () => {
        const provider = new ToyHost("host", { host: "tcp://one" });
        const first = new Thing("first", { name: "a" }, { provider });
        new Thing("second", { name: "b" }, { provider, dependsOn: first });
      },
      {
        beforeCall: ({ method, urn }) => {
          if (method !== "create" || urn !== SECOND || pid !== 0) return;
          pid = toy.stack.killEngine();
          if (!created) throw new ProviderError("the connection was lost");
        },
      },
    );
    await expect(toy.stack.up()).rejects.toThrow("the engine was ended by SIGKILL");
    expect(isRunning(pid)).toBe(false);
    return { ...toy, pid };
  };

  test("leaves a lock that stops every later up until it is removed", async () => {
    const { stack, pid } = await killed({ created: false });
    await expect(stack.up()).rejects.toThrow("the stack is currently locked by 1 lock(s)");
    expect(stack.recover()).toEqual({ locksOf: [pid], pending: [{ type: "creating", urn: SECOND }] });
    expect(stack.recover().locksOf).toEqual([]);
  });

  test("the next up creates the rest, but every up warns until a refresh clears the pending create", async () => {
    const { cloud, stack } = await killed({ created: false });
    stack.recover();
    const { summary, diagnostics } = await stack.up();
    expect(summary).toEqual({ create: 1, same: 3 });
    expect(diagnostics.map(({ message }) => message).join()).toContain(
      `${SECOND}, interrupted while creating`,
    );
    expect([...cloud.things.values()].map(({ name }) => name)).toEqual(["a", "b"]);
    expect(stack.recover().pending).toEqual([{ type: "creating", urn: SECOND }]);
    await stack.refresh({ clearPendingCreates: true });
    expect(stack.recover().pending).toEqual([]);
    expect((await stack.up()).diagnostics).toEqual([]);
  });

  test("a thing that came to be unheard of is in the way until someone removes it", async () => {
    const { cloud, stack } = await killed({ created: true });
    stack.recover();
    await expect(stack.up()).rejects.toThrow('the name "b" is already in use');
    await stack.refresh({ clearPendingCreates: true });
    expect(stack.recover().pending).toEqual([]);
    cloud.things.delete("thing-2");
    expect((await stack.up()).summary).toEqual({ create: 1, same: 3 });
  });

  test("finds no attribute file to be killed in: half of one would make the whole stack unreadable", async () => {
    const { session } = await killed({ created: false });
    const written = readdirSync(session.folders.state, { recursive: true, encoding: "utf8" });
    expect(written.filter((file) => file.endsWith("/hub.json"))).toHaveLength(1);
    expect(written.filter((file) => file.endsWith(".attrs"))).toEqual([]);
  });

  test("there is nothing to kill while no engine runs", async () => {
    const { stack } = await openToy(engine, async () => undefined);
    expect(() => stack.killEngine()).toThrow(
      'no engine holds the lock of stack "hub", so there is none to kill',
    );
  });
});
