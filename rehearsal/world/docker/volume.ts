import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { text, textMap } from "../kit/values.ts";
import type { DockerVolume } from "../state.ts";
import type { Workings } from "../workings.ts";
import { isFull } from "./disk.ts";
import { labelMap, labelOutputs } from "./labels.ts";
import { recordLost } from "./lost.ts";
import { machineFor } from "./machines.ts";

function outputsOf(volume: DockerVolume): Properties {
  return {
    name: volume.name,
    driver: volume.driver,
    driverOpts: volume.driverOpts,
    labels: labelOutputs(volume.labels),
    mountpoint: `/var/lib/docker/volumes/${volume.name}/_data`,
  };
}

export function volumeKind(workings: Workings): ResourceKind {
  const replaced = { replaces: true } as const;
  return {
    schema: {
      inputs: {
        name: { ...replaced, computed: true },
        driver: { ...replaced, computed: true },
        driverOpts: { ...replaced, computed: true },
        labels: { ...replaced, unordered: true },
        cluster: replaced,
      },
      outputs: ["mountpoint"],
    },
    check(inputs, call) {
      if (inputs["name"] !== undefined) return {};
      return { inputs: { ...inputs, name: `${call.name}-${workings.mint.hex(call.urn, "name", 7)}` } };
    },
    create({ instance, urn, inputs }) {
      const machine = machineFor(workings.state, instance);
      const name = text(inputs["name"]);
      if (isFull(machine) && !machine.volumes[name]) {
        throw new ProviderError(
          `Unable to create volume: Error response from daemon: mkdir /var/lib/docker/volumes/${name}: no space left on device`,
        );
      }
      // An existing volume of that name is taken as it is, with its data and its labels.
      const volume: DockerVolume = machine.volumes[name] ?? {
        name,
        driver: text(inputs["driver"]) || "local",
        driverOpts: textMap(inputs["driverOpts"]),
        labels: labelMap(inputs["labels"]),
        createdBy: urn,
        createdAt: workings.state.clock,
      };
      machine.volumes[name] = volume;
      return { id: name, outputs: outputsOf(volume) };
    },
    read({ instance, id }) {
      const volume = machineFor(workings.state, instance).volumes[id];
      return volume && { outputs: outputsOf(volume) };
    },
    delete({ instance, id }) {
      const machine = machineFor(workings.state, instance);
      const user = Object.values(machine.containers).find((one) =>
        one.mounts.some((mount) => mount.kind === "volume" && mount.source === id),
      );
      if (user) {
        throw new ProviderError(
          `Error deleting volume: Error response from daemon: remove ${id}: volume is in use - [${user.id}] (${user.name})`,
        );
      }
      if (!machine.volumes[id]) return;
      delete machine.volumes[id];
      recordLost(workings.state, machine, [id]);
    },
  };
}
