import { ProviderError } from "../../provider/provider.ts";
import type { Container, Machine } from "../state.ts";
import { inRange } from "../tailscale/access.ts";
import type { Workings } from "../workings.ts";
import { initialise } from "./postgres.ts";
import { listenersOf } from "./process.ts";
import { addressesOf, clashOf } from "./reach.ts";

/** Connects a container to the networks it names, which must exist on its machine. */
export function attachNetworks(machine: Machine, container: Container): void {
  for (const wanted of container.networks) {
    const network = Object.values(machine.networks).find(
      (one) => one.name === wanted.name || one.id === wanted.name,
    );
    if (!network) {
      throw new ProviderError(
        `Unable to connect to network '${wanted.name}': Error response from daemon: network ${wanted.name} not found`,
      );
    }
    wanted.name = network.name;
    wanted.id = network.id;
    if (wanted.address !== "" && !inRange(wanted.address, network.subnet)) {
      throw new ProviderError(
        `Unable to connect to network '${wanted.name}': Error response from daemon: no configured subnet contains IP address ${wanted.address}`,
      );
    }
  }
  const own = ["bridge", "host", "none", "default"];
  const mode = container.networkMode;
  if (!own.includes(mode) && !mode.startsWith("container:") && !machine.networks[mode]) {
    throw new ProviderError(
      `Unable to create container: Error response from daemon: network ${mode} not found`,
    );
  }
}

/** Uploads are written to "/" of the container, which a read-only root refuses. */
export function checkUploads(container: Container): void {
  if (container.files.length === 0) return;
  if (container.readOnly) {
    throw new ProviderError(
      "Unable to upload volume content: Error response from daemon: container rootfs is marked read-only",
    );
  }
  for (const file of container.files) {
    const mount = container.mounts.find((one) => one.readOnly && file.path.startsWith(`${one.target}/`));
    if (mount) {
      throw new ProviderError(
        `Unable to upload volume content: Error response from daemon: mounted volume is marked read-only (${file.path} below ${mount.target})`,
      );
    }
    if (!file.path.startsWith("/"))
      throw new ProviderError(`Unable to upload volume content: "${file.path}" is no absolute path`);
  }
}

function publish(workings: Workings, machine: Machine, container: Container): void {
  const owned = addressesOf(workings.state, machine);
  for (const { ip, external, internal, protocol } of container.ports) {
    const failed = `driver failed programming external connectivity on endpoint ${container.name} (${container.id.slice(0, 12)})`;
    if (!owned.includes(ip)) {
      throw new ProviderError(
        `Unable to start container: Error response from daemon: ${failed}: failed to bind host port for ${ip}:${external}: cannot assign requested address`,
      );
    }
    const holder = clashOf(workings, machine, container, { ip, external, protocol });
    if (holder) {
      throw new ProviderError(
        `Unable to start container: Error response from daemon: ${failed}: Bind for ${ip}:${external} failed: port is already allocated (by ${holder})`,
      );
    }
    const listens = listenersOf(workings, machine, container).some(
      (one) => one.port === internal && one.protocol === protocol,
    );
    if (!listens) {
      // Docker would publish it all the same; nobody would ever answer there.
      throw new ProviderError(
        `rule of the rehearsal: container ${container.name} publishes ${ip}:${external} for its port ${internal}/${protocol}, on which image ${container.image} does not listen ` +
          `(it listens on ${
            listenersOf(workings, machine, container)
              .map((one) => `${one.port}/${one.protocol}`)
              .join(", ") || "nothing"
          })`,
      );
    }
  }
}

/** Volumes that a container names and nobody created come into being with it, as with `docker run -v`. */
function mountVolumes(workings: Workings, machine: Machine, container: Container): void {
  for (const mount of container.mounts) {
    if (mount.kind !== "volume" || mount.source === "") continue;
    machine.volumes[mount.source] ??= {
      name: mount.source,
      driver: "local",
      driverOpts: {},
      labels: {},
      createdBy: container.createdBy,
      createdAt: workings.state.clock,
    };
  }
}

/** A container keeps to the network it was made with: one that was made again, of the same name, is another. */
function checkNetworks(machine: Machine, container: Container): void {
  const lost = container.networks.find(({ name, id }) => machine.networks[name]?.id !== id);
  if (lost === undefined) return;
  throw new ProviderError(
    `Unable to start container: Error response from daemon: network ${lost.id} not found`,
  );
}

/** `docker start`. */
export function start(workings: Workings, machine: Machine, container: Container): void {
  checkNetworks(machine, container);
  mountVolumes(workings, machine, container);
  publish(workings, machine, container);
  container.running = true;
  initialise(machine, container);
}
