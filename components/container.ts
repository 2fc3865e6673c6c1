import type { ContainerArgs } from "@pulumi/docker/container.js";
import type * as pulumi from "@pulumi/pulumi";
import type { HealthCheck } from "../catalogue/service.ts";
import { secondsOf } from "../formats/duration.ts";
import type { ContainerPlan } from "../plan/plan.ts";
import { type Lookup, toInput, toInputs } from "./resolve.ts";

/**
 * Turns a container of the plan into the arguments of the Docker provider; nothing else constructs a container.
 * The shape is the one that settles: a second `up` and a refresh find nothing to do.
 */
export function containerArgs(
  plan: ContainerPlan,
  image: pulumi.Input<string>,
  networkId: pulumi.Input<string>,
  lookup: Lookup,
): ContainerArgs {
  return {
    name: plan.name,
    image,
    restart: "unless-stopped",
    // Both always: Docker fills in the second, which would then be a difference at every refresh.
    memory: plan.memoryMiB,
    memorySwap: plan.memorySwapMiB,
    // Otherwise every replacement is an immediate SIGKILL; the value of the old container counts.
    destroyGraceSeconds: plan.stopSeconds,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    // An empty list is not "none": Docker answers with the image's own command, and each `up` would replace.
    ...(plan.command.length > 0 && { command: toInputs(plan.command, lookup) }),
    envs: environment(plan, lookup),
    ...namespaces(plan, networkId),
    ports: plan.published.map(({ address, port, target }) => ({
      ip: toInput(address, lookup),
      external: port,
      internal: target,
    })),
    volumes: plan.volumes.map(({ volume, path }) => ({ volumeName: volume, containerPath: path })),
    mounts: plan.hostPaths.map(({ hostPath, path, propagation, writable }) => ({
      type: "bind",
      source: hostPath,
      target: path,
      readOnly: !writable,
      ...(propagation && { bindOptions: { propagation } }),
    })),
    uploads: plan.files.map(({ path, content, mode = "0644", owner }) => ({
      file: path,
      content: toInput(content, lookup),
      permissions: mode,
      ...(owner !== undefined && { owner: String(owner), group: String(owner) }),
    })),
    ...(plan.sharedMemoryMiB !== undefined && { shmSize: plan.sharedMemoryMiB }),
    ...(plan.init && { init: true }),
    ...(plan.user !== undefined && { user: plan.user }),
    ...(plan.health && healthGate(plan.health, lookup)),
  };
}

/** Changes of these are silently ignored by the provider, unless the engine is told to replace. */
export const replaceOnChanges = ["healthcheck", "tmpfs", "init"];

/** In the order of names, so that moving a line in a service file is no change. */
function environment({ environment }: ContainerPlan, lookup: Lookup): pulumi.Input<string>[] {
  return Object.entries(environment)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) =>
      toInput(typeof value === "string" ? `${name}=${value}` : [`${name}=`, ...value], lookup),
    );
}

function namespaces({ network }: ContainerPlan, bridgeId: pulumi.Input<string>): Partial<ContainerArgs> {
  const securityOpts = ["no-new-privileges:true"];
  return network === "host"
    ? // Docker adds the label to whatever shares the host's processes; unsaid, a refresh finds a difference.
      { networkMode: "host", pidMode: "host", securityOpts: ["label=disable", ...securityOpts] }
    : // The mode is "bridge", never the network's name: that form is a difference after an import. The network goes by
      // its id: a container never starts again once its network was removed, whatever a new one is called.
      { networkMode: "bridge", networksAdvanced: [{ name: bridgeId }], securityOpts };
}

function healthGate(health: HealthCheck, lookup: Lookup): Partial<ContainerArgs> {
  const { interval, timeout, startPeriod, retries } = health;
  return {
    healthcheck: { tests: toInputs(health.test, lookup), interval, timeout, startPeriod, retries },
    wait: true,
    // What a slow first start may take, and every try after it.
    waitTimeout: Math.ceil(secondsOf(startPeriod) * 2 + retries * (secondsOf(interval) + secondsOf(timeout))),
  };
}
