import type { Container } from "@pulumi/docker/container.js";
import { Network } from "@pulumi/docker/network.js";
import { Provider } from "@pulumi/docker/provider.js";
import { Volume } from "@pulumi/docker/volume.js";
import * as pulumi from "@pulumi/pulumi";
import { gatesBefore } from "../plan/order.ts";
import type { HostPlan } from "../plan/plan.ts";
import { FirstRun } from "./first-run.ts";
import { HostLook } from "./host-look.ts";
import { type Lookup, toInput } from "./resolve.ts";
import { Service } from "./service.ts";
import { allDone } from "./settled.ts";

/** Everything that runs on one Docker host. */
export class Host extends pulumi.ComponentResource {
  readonly #plan: HostPlan;
  readonly #lookup: Lookup;

  constructor(
    name: string,
    args: { readonly plan: HostPlan; readonly lookup: Lookup },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kitestacks:docker:Host", name, {}, opts);
    this.#plan = args.plan;
    this.#lookup = args.lookup;
  }

  /**
   * Every image is there, and the room that it took is known, before the first container is removed for another.
   * Ends when everything runs.
   */
  async run(): Promise<void> {
    const [plan, lookup] = [this.#plan, this.#lookup];
    const provider = dockerProvider(plan, lookup, { parent: this });
    const firstRun = new FirstRun("first-run", { plan, lookup }, { parent: this });
    const look = new HostLook(plan, lookup, { parent: this, provider: firstRun.provider });
    await look.room();
    const services = plan.containers.map(
      (container) =>
        new Service(
          container.name,
          { plan: container, platform: plan.platform, provider, lookup },
          { parent: this },
        ),
    );
    // No return: a program that ends without its containers asks the engine to delete them.
    if (!(await allDone(services.map(({ image }) => image.resource))))
      throw new pulumi.RunError(
        `Not every image of ${plan.name} is there (see above). None of its containers was touched.`,
      );
    await look.roomAndStart();
    if (!(await allDone(this.#start(services, firstRun, provider)))) return;
    await look.everythingRuns();
    this.registerOutputs();
  }

  /** Everything that runs in the images, and what is done in it. */
  #start(services: readonly Service[], firstRun: FirstRun, provider: Provider): pulumi.Resource[] {
    const plan = this.#plan;
    const network = bridge(plan, { parent: this, provider });
    const volumes = Object.fromEntries(
      plan.volumes.map((volume) => [volume, dataVolume(volume, { parent: this, provider })]),
    );
    const guard = firstRun.onHost(plan.guard);
    const containers = new Map<string, Container>();
    for (const service of services) {
      const gates = gatesBefore(service.plan, plan.steps).map((step) => firstRun.done(step, containers));
      const needed = service.plan.needs.flatMap((name) => containers.get(name) ?? []);
      const needs = [guard, ...needed, ...gates];
      containers.set(service.plan.name, service.start({ network, volumes, needs }));
    }
    return [...containers.values(), ...plan.steps.map((step) => firstRun.done(step, containers))];
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
