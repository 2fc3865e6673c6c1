import { expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { checkWith } from "../catalogue/health.ts";
import { secret } from "../catalogue/text.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { ContainerPlan } from "../plan/plan.ts";
import { exampleSettings } from "../plan/testing.ts";
import { keptSecrets } from "../promises/p5-secrets.ts";
import { observePlan } from "./observe-plan.ts";

const plan = makePlan(exampleSettings(), catalogue);

/** What P5 has against the plan when its Redis differs so. */
function foundWith(differences: Partial<ContainerPlan>): readonly string[] {
  const hosts = plan.hosts.map((host) => ({
    ...host,
    containers: host.containers.map((it) => (it.name === "redis" ? { ...it, ...differences } : it)),
  }));
  const observed = observePlan({ ...plan, hosts }, catalogue, () => []);
  return keptSecrets(observed).evidence.filter((line) => line.includes("holds the secret"));
}

test("a secret in a planned command or health check is seen there", () => {
  const password = [secret("redis.password")];
  expect(foundWith({})).toEqual([]);
  expect(foundWith({ command: ["redis-server", "--requirepass", password] })).toEqual([
    "the command of redis on cloud holds the secret redis.password",
  ]);
  expect(foundWith({ health: checkWith(["redis-cli", "-a", password, "ping"]) })).toEqual([
    "the health check of redis on cloud holds the secret redis.password",
  ]);
});
