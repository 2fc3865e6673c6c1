import { describe, expect, test } from "vitest";
import { CONTAINER, exporter, Hand, testWorld, VOLUME } from "./testing.ts";
import { loadWorld } from "./world.ts";

describe("an injected failure", () => {
  test("strikes the nth call that matches by operation, type and name, and no other", async () => {
    const it = new Hand(testWorld());
    it.world.faults.fail({ operation: "create", type: /volume/, urn: /::b$/, nth: 2, message: "no luck" });
    await it.create(VOLUME, "a", { name: "a" });
    await it.create(VOLUME, "b", { name: "b" });
    await expect(it.create(VOLUME, "b", { name: "b" })).rejects.toThrow("no luck");
    await it.create(VOLUME, "b", { name: "b" });
  });

  test("before the effect leaves nothing, after it leaves what the engine does not know of", async () => {
    const it = new Hand(testWorld());
    it.world.faults.fail({ operation: "create" });
    await expect(it.create(CONTAINER, "exporter", exporter())).rejects.toThrow("injected failure");
    expect(it.world.machine("home").containers).toEqual({});
    it.world.faults.clearFailures();
    it.world.faults.fail({ operation: "create", when: "after" });
    await expect(it.create(CONTAINER, "exporter", exporter())).rejects.toThrow("injected failure");
    expect(it.world.container("home", "exporter").running).toBe(true);
    await expect(it.create(CONTAINER, "exporter", exporter())).rejects.toThrow("is already in use");
  });

  test("strikes every call with nth 0, look-ups too, and never a preview", async () => {
    const it = new Hand(testWorld());
    it.world.faults.fail({ nth: 0 });
    await it.preview(VOLUME, "a", { name: "a" });
    for (const _time of [1, 2])
      await expect(it.create(VOLUME, "a", { name: "a" })).rejects.toThrow("injected");
    await expect(it.invoke("tailscale:index/getDevice:getDevice", { hostname: "home" })).rejects.toThrow(
      "injected",
    );
  });
});

describe("by hand", () => {
  test("somebody runs a container that the program does not know", async () => {
    const it = new Hand(testWorld());
    it.world.faults.runContainer("home", {
      name: "stranger",
      image: "redis:7.2-alpine",
      ports: [{ ip: "0.0.0.0", external: 6379, internal: 6379, protocol: "tcp" }],
    });
    expect(it.world.container("home", "stranger")).toMatchObject({ createdBy: "hand", running: true });
    await expect(it.create(CONTAINER, "stranger", exporter({ name: "stranger" }))).rejects.toThrow(
      "Conflict",
    );
  });

  test("names that the world does not have are an error that tells which there are", () => {
    const { faults } = testWorld();
    expect(() => faults.goAway("nowhere")).toThrow("the world has no machine nowhere; it has home");
    expect(() => faults.stopContainer("home", "x")).toThrow(
      "the world has no container on home named x; it has none",
    );
    expect(() => faults.editRecord("x", {})).toThrow("the world has no DNS record x; it has none");
  });
});

describe("a saved world", () => {
  test("goes on where it was, faults and clock included, and does not touch the first one", async () => {
    const it = new Hand(testWorld());
    const kept = await it.create(CONTAINER, "exporter", exporter());
    it.world.faults.advanceClock({ days: 1 });
    it.world.faults.fail({ operation: "delete" });
    const loaded = loadWorld(it.world.save());
    expect(loaded.state.clock).toBe("2026-11-24T08:00:00.000Z");
    const other = new Hand(loaded);
    await expect(other.delete(kept)).rejects.toThrow("injected failure");
    await other.delete(kept);
    expect(loaded.machine("home").containers).toEqual({});
    expect(it.world.container("home", "exporter").id).toBe(kept.id);
  });

  test("is the same text whatever the order in which things came to be", async () => {
    const names = ["a", "b", "c"];
    const texts = await Promise.all(
      [names, [...names].reverse()].map(async (order) => {
        const it = new Hand(testWorld());
        for (const name of order) await it.create(VOLUME, name, { name });
        for (const name of order) await it.create(CONTAINER, name, exporter({ name }));
        return it.world.save();
      }),
    );
    expect(texts[0]).toBe(texts[1]);
  });
});
