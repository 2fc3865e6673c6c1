import { expect, test } from "vitest";
import { describeWithEngine } from "../engine/testing.ts";
import { openSystem, type Wishes } from "./small-system.ts";
import { HCLOUD_TOKEN, testWorld } from "./testing.ts";
import { loadWorld } from "./world.ts";

const wishes = (): Wishes => ({
  image: "postgres:17-alpine",
  password: "first-password",
  restart: "unless-stopped",
});

describeWithEngine("a small system over the world", (engine) => {
  test("comes up out of empty accounts and settles", async () => {
    const world = testWorld();
    const stack = await openSystem(engine, world, wishes());
    const first = await stack.up();
    expect(first.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(world.health("cloud", "postgres")).toEqual({
      running: true,
      healthy: true,
      reason: "",
      degraded: [],
    });
    expect(world.health("cloud", "cloudflared")).toEqual({
      running: true,
      healthy: true,
      reason: "",
      degraded: [],
    });
    const [tunnel] = Object.values(world.state.cloudflare.tunnels);
    expect(world.connectors(tunnel?.id ?? "")).toEqual(["cloud"]);
    expect((await stack.up()).changes).toEqual([]);
    expect((await stack.refresh()).changes).toEqual([]);
    expect((await stack.preview({ refresh: true, runProgram: true, expectNoChanges: true })).changes).toEqual(
      [],
    );
  });

  test("no secret value is in the exported state in plain text", async () => {
    const world = testWorld();
    const stack = await openSystem(engine, world, wishes());
    await stack.up();
    const [tunnel] = Object.values(world.state.cloudflare.tunnels);
    const [key] = Object.values(world.state.tailscale.keys);
    const { env } = world.container("cloud", "cloudflared");
    const secrets = [
      "first-password",
      HCLOUD_TOKEN,
      tunnel?.secret ?? "?",
      key?.key ?? "?",
      env["TUNNEL_TOKEN"] ?? "?",
    ];
    const state = stack.exportState();
    expect(secrets.filter((secret) => state.includes(secret))).toEqual([]);
    expect(world.container("cloud", "postgres").secret.env).toEqual(["POSTGRES_PASSWORD"]);
  });

  test("two runs give the same world, byte for byte, and it can be saved and loaded", async () => {
    const worlds = [testWorld(), testWorld()];
    for (const world of worlds) await (await openSystem(engine, world, wishes())).up();
    const [first, second] = worlds.map((world) => world.save());
    expect(second).toBe(first);
    expect(loadWorld(first ?? "").save()).toBe(first);
  });
});
