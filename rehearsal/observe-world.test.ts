import { beforeAll, expect, test } from "vitest";
import type { Observed } from "../promises/observed.ts";
import { reachable } from "../promises/p1-reachable.ts";
import { privateDatabases } from "../promises/p3-private-databases.ts";
import { keptSecrets } from "../promises/p5-secrets.ts";
import { metricsEverywhere } from "../promises/p10-metrics.ts";
import { describeWithEngine } from "./engine/testing.ts";
import { observeWorld } from "./observe-world.ts";
import { bothUp, cast, hub, member, stranger } from "./scenarios/stage.ts";
import { DEFAULT_POLICY } from "./world/tailscale/tailnet.ts";
import type { World } from "./world/world.ts";

describeWithEngine("both stacks up, looked at after", (engine) => {
  let world: World;

  beforeAll(async () => {
    ({ world } = await bothUp(engine));
  }, 300_000);

  /** Without the stacks' states: what is asked about here stands in the world. */
  const observed = (): Observed => {
    const secrets = { "redis.password": world.container(hub, "redis").env["REDISCLI_AUTH"] ?? "" };
    return observeWorld({
      world,
      plan: cast.plan,
      catalogue: cast.catalogue,
      stacks: [],
      secrets,
      history: [],
    });
  };

  test("a retired machine whose connector still runs: any request may be sent there", () => {
    expect(reachable(observed()).verdict).toBe("proved");
    const { containers } = world.machine(stranger);
    containers["cloudflared"] = structuredClone(world.container(member, "cloudflared"));
    expect(reachable(observed())).toMatchObject({
      verdict: "broken",
      evidence: [
        `tunnel kitestacks has a connector on ${stranger}, expected connectors on the hosts of the settings only: any request may be sent there`,
      ],
    });
  });

  test("Tailscale's own policy, which has comments: it is read, and found too open", () => {
    world.state.tailscale.policy = DEFAULT_POLICY;
    const address = observed().hosts.find(({ name }) => name === hub)?.tailnetAddress;
    expect(privateDatabases(observed())).toMatchObject({
      verdict: "broken",
      evidence: expect.arrayContaining([
        `the tailnet policy (grants[0], src "*") lets more than our hosts reach Postgres at ${address}:5432, expected only our hosts`,
      ]),
    });
    expect(metricsEverywhere(observed()).verdict).toBe("proved");
  });

  test("a password in a health check and in an entrypoint", () => {
    const redis = world.container(hub, "redis");
    const password = redis.env["REDISCLI_AUTH"] ?? "";
    redis.entrypoints = ["redis-server", "--requirepass", password];
    if (redis.healthcheck) redis.healthcheck.tests = ["CMD", "redis-cli", "-a", password, "ping"];
    expect(keptSecrets(observed())).toMatchObject({
      verdict: "broken",
      evidence: expect.arrayContaining([
        `the entrypoint of redis on ${hub} holds the secret redis.password`,
        `the health check of redis on ${hub} holds the secret redis.password`,
      ]),
    });
  });
});
