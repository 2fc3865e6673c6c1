import { type Properties, ProviderError } from "../../provider/provider.ts";
import { flag, number } from "../kit/values.ts";
import type { Container, DockerImage, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { containerFrom } from "./container-spec.ts";
import { dieWhenDue } from "./die.ts";
import { isFull } from "./disk.ts";
import { healthOf } from "./health.ts";
import { pull } from "./images.ts";
import { factsFor } from "./process.ts";
import { attachNetworks, checkUploads, start } from "./start.ts";

/** What the daemon refuses before there is a container. */
export function checkLimits(memory: number, memorySwap: number): void {
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

function imageFor(workings: Workings, machine: Machine, reference: string): DockerImage {
  try {
    return pull(workings, machine, reference);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new ProviderError(`Unable to create container with image ${reference}: ${error.message}`);
  }
}

/** `docker create`: everything that fails here leaves nothing behind. */
export function createContainer(
  workings: Workings,
  machine: Machine,
  urn: string,
  inputs: Properties,
  secretPaths: string[],
): Container {
  const wanted = containerFrom(inputs, { projectDir: workings.projectDir, secretPaths });
  dieWhenDue(machine);
  const image = imageFor(workings, machine, wanted.image);
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
  if (isFull(machine)) {
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

/** Networks, uploads, start and the wait: what fails here leaves the container behind. */
export function bringUp(
  workings: Workings,
  machine: Machine,
  container: Container,
  inputs: Properties,
): void {
  attachNetworks(machine, container);
  checkUploads(container);
  if (inputs["start"] === false) return;
  start(workings, machine, container);
  if (flag(inputs["wait"])) waitForHealth(workings, machine, container, number(inputs["waitTimeout"] ?? 60));
  const health = healthOf(workings, machine, container);
  if (!health.running) throw new ProviderError(`container exited immediately: ${health.reason}`);
}
