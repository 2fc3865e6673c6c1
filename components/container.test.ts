import { output } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { makePlan } from "../plan/make-plan.ts";
import { exampleSettings } from "../plan/testing.ts";
import { containerArgs } from "./container.ts";

test("a health check in milliseconds is waited for in seconds", () => {
  const redis = makePlan(exampleSettings(), catalogue).hub.containers.find(({ name }) => name === "redis");
  if (redis === undefined) throw new Error("the hub runs no redis");
  const health = {
    test: ["CMD", "true"],
    interval: "500ms",
    timeout: "1s",
    startPeriod: "1m30s",
    retries: 3,
  };
  const known = { secret: () => output("secret"), address: () => output("100.64.0.1") };
  const args = containerArgs({ ...redis, health }, "redis:8.2.1", "network", known);
  // 500ms was once read as 500 minutes.
  expect(args.waitTimeout).toBe(Math.ceil(2 * 90 + 3 * 1.5));
});
