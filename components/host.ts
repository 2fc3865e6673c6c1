import type { Container } from "@pulumi/docker/container.js";
import { Network } from "@pulumi/docker/network.js";
import { Provider } from "@pulumi/docker/provider.js";
import { Volume } from "@pulumi/docker/volume.js";
import * as pulumi from "@pulumi/pulumi";
import { gatesBefore } from "../plan/order.ts";
import type { HostPlan } from "../plan/plan.ts";
import { FirstRun } from "./first-run.ts";
import { type Lookup, toInput } from "./resolve.ts";
import { Service } from "./service.ts";

/** Everything that runs on one Docker host. */
export class Host extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { readonly plan: HostPlan; readonly lookup: Lookup },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kitestacks:docker:Host", name, {}, opts);
    const { plan, lookup } = args;
    const provider = dockerProvider(plan, lookup, { parent: this });
    const network = bridge(plan, { parent: this, provider });
    const volumes = Object.fromEntries(
      plan.volumes.map((volume) => [volume, dataVolume(volume, { parent: this, provider })]),
    );
    const firstRun = new FirstRun("first-run", { plan, lookup }, { parent: this });
    const guard = firstRun.onHost(plan.guard);
    const containers = new Map<string, Container>();
    for (const container of plan.containers) {
      const gates = gatesBefore(container, plan.steps).map((step) => firstRun.done(step, containers));
      const needs = [guard, ...container.needs.flatMap((needed) => containers.get(needed) ?? []), ...gates];
      const { platform } = plan;
      const service = new Service(
        container.name,
        { plan: container, platform, network, volumes, needs, provider, lookup },
        { parent: this },
      );
      containers.set(container.name, service.container);
    }
    for (const step of plan.steps) firstRun.done(step, containers);
    this.registerOutputs();
  }
}

/** Without the empty context the provider would take DOCKER_CONTEXT of the shell before our address. */
function dockerProvider(
  { docker, address }: HostPlan,
  lookup: Lookup,
  options: pulumi.ResourceOptions,
): Provider {
  const context = "";
  if (docker.kind === "socket") return new Provider("docker", { host: docker.url, context }, options);
  return new Provider(
    "docker",
    {
      context,
      host: pulumi.interpolate`ssh://${docker.user}@${toInput(address, lookup)}`,
      sshOpts: [...docker.sshOptions],
    },
    options,
  );
}

/** The bridge that lets the connector reach every service by name. Subnet and gateway are fixed together: without a gateway Docker's answer is a difference. */
function bridge({ network, adoptNetwork }: HostPlan, options: pulumi.CustomResourceOptions): Network {
  return new Network(
    "network",
    {
      name: "kitestacks",
      driver: "bridge",
      ipamConfigs: [{ subnet: network.subnet, gateway: network.gateway }],
    },
    {
      ...options,
      ...(adoptNetwork !== undefined && { import: adoptNetwork }),
      // Docker Compose labels its networks: one that is taken over would be replaced for what we never set.
      ignoreChanges: ["labels", "attachable", "options"],
    },
  );
}

/**
 * Stays on the host when it leaves the program. Not `protect`: that would stop the whole `up` when a service is
 * removed. A volume of the same name that exists already is taken over with its data.
 */
function dataVolume(name: string, options: pulumi.CustomResourceOptions): Volume {
  return new Volume(
    name,
    { name },
    { ...options, retainOnDelete: true, ignoreChanges: ["labels", "driverOpts"] },
  );
}
