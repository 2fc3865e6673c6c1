import { IncompleteResourceError, type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { withDefaults } from "../kit/schema.ts";
import { flag, number, text } from "../kit/values.ts";
import type { Container, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { CONTAINER_SCHEMA, computedOutputs, readBack } from "./container-schema.ts";
import { containerFrom, swapLimit } from "./container-spec.ts";
import { healthOf } from "./health.ts";
import { pull } from "./images.ts";
import { machineFor } from "./machines.ts";
import { factsFor } from "./process.ts";
import { attachNetworks, checkUploads, start } from "./start.ts";

/** What the daemon refuses before there is a container. */
function checkLimits(memory: number, memorySwap: number): void {
  if (memory !== 0 && memory < 6)
    throw new ProviderError("Unable to create container: Minimum memory limit allowed is 6MB");
  if (memorySwap > 0 && memory === 0) {
    throw new ProviderError(
      "Unable to create container: You should always set the Memory limit when using Memoryswap limit, see usage",
    );
  }
  if (memory > 0 && memorySwap > 0 && memorySwap < memory) {
    throw new ProviderError(
      `Unable to create container: Minimum memoryswap limit should be larger than memory limit, see usage (memory ${memory} MiB, memorySwap ${memorySwap} MiB)`,
    );
  }
}

function checkMounts(container: Pick<Container, "mounts" | "name">): void {
  for (const mount of container.mounts) {
    if (!mount.target.startsWith("/")) {
      throw new ProviderError(
        `Unable to create container: invalid mount config: mount path must be absolute: "${mount.target}"`,
      );
    }
    const twins = container.mounts.filter((other) => other.target === mount.target);
    if (twins.length > 1)
      throw new ProviderError(`Unable to create container: Duplicate mount point: ${mount.target}`);
  }
}

function checkNetworkMode(container: Pick<Container, "networkMode" | "networks" | "ports">): void {
  if (container.networkMode !== "host") return;
  if (container.ports.length > 0) {
    throw new ProviderError(
      "Unable to create container: published ports are discarded when using host network mode; the rehearsal refuses them: leave out ports",
    );
  }
  if (container.networks.length > 0) {
    throw new ProviderError(
      "Unable to connect to network: container sharing network namespace with another container or host cannot be connected to any other network",
    );
  }
}

/** `docker create`: everything that fails here leaves nothing behind. */
function createContainer(
  workings: Workings,
  machine: Machine,
  urn: string,
  inputs: Properties,
  secretPaths: string[],
): Container {
  const wanted = containerFrom(inputs, { projectDir: workings.projectDir, secretPaths });
  const image = (() => {
    try {
      return pull(workings, machine, wanted.image);
    } catch (error) {
      if (error instanceof ProviderError) {
        throw new ProviderError(`Unable to create container with image ${wanted.image}: ${error.message}`);
      }
      throw error;
    }
  })();
  checkLimits(wanted.memory, number(inputs["memorySwap"]));
  checkMounts(wanted);
  checkNetworkMode(wanted);
  const holder = machine.containers[wanted.name];
  if (holder) {
    throw new ProviderError(
      `Unable to create container: Error response from daemon: Conflict. The container name "/${wanted.name}" is already in use by container "${holder.id}". ` +
        "You have to remove (or rename) that container to be able to reuse that name.",
    );
  }
  if (machine.diskFull) {
    throw new ProviderError(
      "Unable to create container: Error response from daemon: mkdir /var/lib/docker/overlay2: no space left on device",
    );
  }
  workings.mint.begin(urn);
  const container: Container = {
    ...wanted,
    id: workings.mint.hex(urn, "container", 64),
    imageId: image.id,
    createdBy: urn,
    createdAt: workings.state.clock,
    running: false,
    createProblem: "",
  };
  machine.containers[container.name] = container;
  return container;
}

/** `wait: true`: the provider asks for the container's health until it is good or `waitTimeout` seconds are over. */
function waitForHealth(
  workings: Workings,
  machine: Machine,
  container: Container,
  waitTimeout: number,
): void {
  const health = healthOf(workings, machine, container);
  if (health.healthy === undefined && health.running) {
    throw new ProviderError(`wait is set, but container ${container.name} has no health check to wait for`);
  }
  if (!health.healthy) throw new ProviderError(`container failed to be in healthy state: ${health.reason}`);
  const slow = Math.max(
    machine.slowStarts[container.name] ?? 0,
    factsFor(workings, machine, container)?.startSeconds ?? 0,
  );
  if (slow > waitTimeout) {
    throw new ProviderError(
      `container failed to be in healthy state: ${container.name} may take ${slow} seconds to answer and waitTimeout is ${waitTimeout}`,
    );
  }
}

function bringUp(workings: Workings, machine: Machine, container: Container, inputs: Properties): void {
  attachNetworks(machine, container);
  checkUploads(container);
  if (inputs["start"] === false) return;
  start(workings, machine, container);
  if (flag(inputs["wait"])) waitForHealth(workings, machine, container, number(inputs["waitTimeout"] ?? 60));
  const health = healthOf(workings, machine, container);
  if (!health.running) throw new ProviderError(`container exited immediately: ${health.reason}`);
}

function findById(machine: Machine, id: string): Container | undefined {
  return Object.values(machine.containers).find((container) => container.id === id);
}

/** Applies what `docker update` can change; everything else in `news` is ignored, as the real provider does. */
function updateContainer(container: Container, news: Properties): void {
  const memory = number(news["memory"]);
  const memorySwap = number(news["memorySwap"]);
  checkLimits(memory, memorySwap);
  if (memory > 0 && memorySwap === 0 && container.memorySwap > 0 && memory > container.memorySwap) {
    throw new ProviderError(
      "Unable to update a container: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
    );
  }
  // Without a new swap limit the old one stays.
  container.memorySwap =
    memorySwap === 0 && memory > 0 ? container.memorySwap : swapLimit(memory, memorySwap);
  container.memory = memory;
  container.memoryReservation = number(news["memoryReservation"]);
  container.restart = text(news["restart"]) || "no";
  container.maxRetryCount = number(news["maxRetryCount"]);
  container.cpuShares = number(news["cpuShares"]);
  container.cpuSet = text(news["cpuSet"]);
}

/** Whether the state is of a creation that failed: the next `up` then makes the container again (proved). */
function isIncomplete(state: Properties): boolean {
  return state["bridge"] === undefined;
}

export function containerKind(workings: Workings): ResourceKind {
  return {
    schema: CONTAINER_SCHEMA,
    check(inputs, call) {
      if (text(inputs["name"]) !== "" || inputs["name"] !== undefined) return {};
      return { inputs: { ...inputs, name: `${call.name}-${workings.mint.hex(call.urn, "name", 7)}` } };
    },
    plan({ olds }, plan) {
      const again = { ...plan, deleteBeforeReplace: true };
      if (!isIncomplete(olds)) return again;
      return {
        ...again,
        changes: "some",
        replaces: [...plan.replaces, "healthcheck"],
        diffs: [...plan.diffs, "healthcheck"],
      };
    },
    create({ instance, urn, inputs, secretPaths }) {
      const machine = machineFor(workings.state, instance);
      const container = createContainer(workings, machine, urn, inputs, secretPaths);
      const known = withDefaults(CONTAINER_SCHEMA, inputs);
      try {
        bringUp(workings, machine, container, inputs);
      } catch (error) {
        if (!(error instanceof ProviderError)) throw error;
        container.createProblem = error.message;
        throw new IncompleteResourceError(error.message, container.id, known);
      }
      return {
        id: container.id,
        outputs: { ...readBack(container, known), ...computedOutputs(container, known) },
      };
    },
    read({ instance, id, state }) {
      const machine = machineFor(workings.state, instance);
      const container = findById(machine, id);
      if (!container) return undefined;
      const imported = Object.keys(state).length === 0;
      if (isIncomplete(state) && !imported && !healthOf(workings, machine, container).healthy) {
        return { outputs: { mustRun: container.running } };
      }
      container.createProblem = "";
      return { outputs: { ...readBack(container, state), ...computedOutputs(container, state) } };
    },
    update({ instance, id, news }) {
      const machine = machineFor(workings.state, instance);
      const container = findById(machine, id);
      if (!container)
        throw new ProviderError(
          `Unable to update a container: Error response from daemon: No such container: ${id}`,
        );
      updateContainer(container, news);
      if (!container.running && news["mustRun"] !== false) start(workings, machine, container);
      return { outputs: readBack(container, news) };
    },
    delete({ instance, id }) {
      const machine = machineFor(workings.state, instance);
      const container = findById(machine, id);
      if (container) delete machine.containers[container.name];
    },
  };
}
