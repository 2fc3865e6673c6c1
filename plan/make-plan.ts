import type { Catalogue } from "../catalogue/catalogue.ts";
import { secret, text } from "../catalogue/text.ts";
import { type Problem, SettingsError } from "../settings/problem.ts";
import type { HostSettings, Settings } from "../settings/settings.ts";
import { fileOf } from "../settings/stack-file.ts";
import { catalogueProblems, commandProblems } from "./check-catalogue.ts";
import { settingProblems } from "./check-settings.ts";
import { containerPlan } from "./containers.ts";
import { factsFor, servicesOn } from "./facts.ts";
import { guardStep } from "./first-run/host-guard.ts";
import { firstRunSteps } from "./first-run/steps.ts";
import { edgePlan } from "./ingress.ts";
import { memoryPlan, memoryProblems } from "./memory.ts";
import { inOrderOfStart } from "./order.ts";
import type { HostPlan, Plan } from "./plan.ts";
import { generatedSecrets } from "./secrets.ts";
import { tailnetPlan } from "./tailnet-policy.ts";

/** The whole system, computed. Throws `SettingsError` with every reason for which it may not be built. */
export function makePlan(settings: Settings, catalogue: Catalogue): Plan {
  refuse([...catalogueProblems(settings, catalogue), ...settingProblems(settings, catalogue)]);
  const hosts = settings.hosts.map((host) => hostPlan(settings, catalogue, host));
  refuse([
    ...commandProblems(hosts),
    ...settings.hosts.flatMap((host) =>
      memoryProblems(host, hosts.find(({ name }) => name === host.name)?.memory),
    ),
  ]);
  const [hub] = hosts;
  if (hub === undefined) throw new Error("A plan needs a hub: one stack file with host.role hub.");
  return {
    settings,
    hosts,
    hub,
    server: settings.server,
    edge: edgePlan(settings, catalogue),
    tailnet: tailnetPlan(settings, catalogue),
    generated: generatedSecrets(settings, catalogue),
  };
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new SettingsError(problems);
}

export function hostOf(plan: Plan, name: string): HostPlan {
  const host = plan.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new Error(`There is no host ${name}; add ${fileOf(name)}.`);
  return host;
}

function hostPlan(settings: Settings, catalogue: Catalogue, host: HostSettings): HostPlan {
  const facts = factsFor(settings, catalogue, host.name);
  const services = servicesOn(settings, catalogue, facts.host);
  const planned = services.map((service) => containerPlan(service, facts));
  const steps = firstRunSteps(catalogue, planned, facts);
  const containers = inOrderOfStart(planned, steps);
  return {
    name: host.name,
    isHub: facts.host.isHub,
    address: facts.host.address,
    docker: host.docker,
    sshKey: settings.providedSecrets.includes("sshPrivateKey")
      ? text`${secret("provided.sshPrivateKey")}`
      : undefined,
    platform: host.platform,
    network: settings.network,
    adoptNetwork: host.adoptNetwork,
    volumes: [...new Set(containers.flatMap(({ volumes }) => volumes.map(({ volume }) => volume)))],
    containers,
    guard: guardStep({ name: host.name, address: facts.host.address, network: settings.network }),
    steps,
    memory: memoryPlan(host, containers),
    freeDiskMiB: host.freeDiskMiB,
  };
}
