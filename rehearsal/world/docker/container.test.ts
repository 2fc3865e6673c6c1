import { describe, expect, test } from "vitest";
import { CONTAINER, exporter, Hand, testWorld } from "../testing.ts";

describe("a container", () => {
  test("comes up and settles: neither a preview nor a refresh finds a difference", async () => {
    const hand = new Hand(testWorld());
    const kept = await hand.create(CONTAINER, "exporter", exporter());
    expect(await hand.diff(kept, kept.inputs)).toMatchObject({ changes: "none", diffs: [] });
    expect(await hand.drift(kept)).toMatchObject({ changes: "none", diffs: [] });
    expect(hand.world.health("home", "exporter")).toEqual({ running: true, healthy: true, reason: "" });
  });
});
