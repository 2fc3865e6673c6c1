import type { Catalogue } from "../../catalogue/catalogue.ts";
import type { Facts } from "../../catalogue/facts.ts";
import type { FirstRunNeed } from "../../catalogue/service.ts";
import { inOrderOfNeed } from "../order.ts";
import type { ContainerPlan, FirstRunStep } from "../plan.ts";
import { applyBlueprints } from "./authentik.ts";
import { forgejoAdmin, forgejoSignOn } from "./forgejo.ts";
import { hostCommand } from "./host-command.ts";
import { karakeepAdmin } from "./karakeep.ts";
import { kavitaAdmin, kavitaSignOn } from "./kavita.ts";
import { openprojectSignOn } from "./openproject.ts";
import { portainerSignOn } from "./portainer.ts";
import { postgresPassword } from "./postgres.ts";
import { fingerprintOf, type StepBuilder, type StepSource } from "./step.ts";
import { kumaAdmin, kumaMonitors } from "./uptime-kuma.ts";

/** How each step of the catalogue's `firstRun` facts is done. */
const builders: Readonly<Record<string, StepBuilder>> = {
  "postgres.set-password": postgresPassword,
  "authentik-worker.apply-blueprints": applyBlueprints,
  "forgejo.create-admin": forgejoAdmin,
  "forgejo.add-oauth-source": forgejoSignOn,
  "karakeep.create-admin": karakeepAdmin,
  "kavita.register-admin": kavitaAdmin,
  "kavita.oidc-settings": kavitaSignOn,
  "openproject.sign-on": openprojectSignOn,
  "portainer.oauth-settings": portainerSignOn,
  "uptime-kuma.create-admin": kumaAdmin,
  "uptime-kuma.monitors": kumaMonitors,
};

/** The steps of one host, in an order in which each comes after what it waits for. */
export function firstRunSteps(
  catalogue: Catalogue,
  containers: readonly ContainerPlan[],
  facts: Facts,
): readonly FirstRunStep[] {
  const steps = containers.flatMap((container) => {
    const service = catalogue.find(({ name }) => name === container.name);
    if (service === undefined) return [];
    const healthPath = (name: string) =>
      catalogue.find((one) => one.name === name)?.public?.healthPath ?? "/";
    return (service.firstRun ?? []).flatMap((need) => step({ service, container, facts, healthPath }, need));
  });
  const names = steps.map(({ name }) => name);
  // What a host does not run, or does not need, cannot be waited for.
  const possible = steps.map((one) => ({
    ...one,
    needs: one.needs.filter((name) => containers.some((container) => container.name === name)),
    after: one.after.filter((name) => names.includes(name)),
  }));
  const ordered = inOrderOfNeed(possible.map((one) => ({ name: one.name, needs: one.after, step: one })));
  return ordered.map((one) => one.step);
}

function step(source: StepSource, need: FirstRunNeed): FirstRunStep[] {
  const name = `${source.service.name}.${need.step}`;
  const builder = builders[name];
  if (builder === undefined) {
    throw new Error(
      `The catalogue asks for the first-run step ${name}, which plan/first-run/steps.ts does not know.`,
    );
  }
  const body = builder(source);
  if (body === undefined) return [];
  const limitSeconds = body.limitSeconds ?? 300;
  const command = hostCommand(
    { name, service: source.service.name, purpose: need.purpose, limitSeconds },
    body,
  );
  return [
    {
      name,
      service: source.service.name,
      purpose: need.purpose,
      command,
      input: body.input,
      fingerprint: fingerprintOf([command, body.input]),
      needs: [source.service.name, ...(body.needs ?? [])],
      after: body.after ?? [],
      gate: need.gate ?? false,
      limitSeconds,
    },
  ];
}
