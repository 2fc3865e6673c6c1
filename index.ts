import * as pulumi from "@pulumi/pulumi";
import { type Catalogue, catalogue } from "./catalogue/catalogue.ts";
import { Host } from "./components/host.ts";
import { Hub } from "./components/hub.ts";
import { hubReference } from "./components/hub-reference.ts";
import { programConfig } from "./components/program-config.ts";
import { hostOf, makePlan } from "./plan/make-plan.ts";
import { refuseValuesInUse } from "./plan/secrets-in-use.ts";
import { loadStackFiles, readSettings } from "./settings/read.ts";

/**
 * The whole program: settings → plan → components → outputs. One stack is one host; the hub's stack also owns
 * what exists once. The stack files lie beside this file, unless a rehearsal hands over another folder, and with it
 * perhaps a catalogue in which a service came or went. A rehearsal's accounts are made up: their tokens are never
 * looked for in the environment. What only looks at a stack (a report, drift) logs in on no host for a step.
 */
export default async function kitestacks(
  stackFiles: string = import.meta.dirname,
  services: Catalogue = catalogue,
  accounts: "real" | "looked at" | "rehearsed" = "real",
) {
  const stack = pulumi.getStack();
  const config = programConfig();
  const settings = readSettings({
    files: loadStackFiles(stackFiles),
    stack,
    secretValues: config.secretValues,
    environment: accounts === "rehearsed" ? undefined : process.env,
    runsSteps: accounts === "real",
  });
  const plan = makePlan(settings, services);
  refuseValuesInUse(plan, config.inUse);

  if (stack === plan.hub.name) {
    const hub = new Hub("hub", { plan, provided: config.provided, inUse: config.inUse });
    await hub.secretsStay;
    await new Host(stack, { plan: plan.hub, lookup: hub.lookup }).run();
    return { shared: hub.shared, urls: plan.edge.names.map((name) => `https://${name}`) };
  }
  const lookup = await hubReference(plan.hub.name, stack);
  await new Host(stack, { plan: hostOf(plan, stack), lookup }).run();
  return {};
}
