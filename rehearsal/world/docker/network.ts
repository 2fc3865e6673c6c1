import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { flag, list, record, text, textMap } from "../kit/values.ts";
import type { DockerNetwork, Machine } from "../state.ts";
import { inRange } from "../tailscale/access.ts";
import type { Workings } from "../workings.ts";
import { labelMap, labelOutputs } from "./labels.ts";
import { machineFor } from "./machines.ts";

function overlapping(machine: Machine, subnet: string): DockerNetwork | undefined {
  const base = (range: string): string => range.split("/")[0] ?? "";
  return Object.values(machine.networks).find(
    (network) => inRange(base(subnet), network.subnet) || inRange(base(network.subnet), subnet),
  );
}

/** The first address of a subnet, which Docker takes as gateway when none is given. */
function firstAddress(subnet: string): string {
  const [base = ""] = subnet.split("/");
  return base.replace(/\.(\d+)$/, (_match, last: string) => `.${Number(last) + 1}`);
}

/** Docker's own pool begins at 172.18.0.0/16. */
function freeSubnet(machine: Machine): string {
  for (let second = 18; ; second += 1) {
    const subnet = `172.${second}.0.0/16`;
    if (!overlapping(machine, subnet)) return subnet;
  }
}

function outputsOf(network: DockerNetwork): Properties {
  return {
    name: network.name,
    driver: network.driver,
    internal: network.internal,
    scope: "local",
    labels: labelOutputs(network.labels),
    options: network.options,
    ipamConfigs: [{ subnet: network.subnet, gateway: network.gateway }],
  };
}

export function networkKind(workings: Workings): ResourceKind {
  const find = (machine: Machine, id: string): DockerNetwork | undefined =>
    Object.values(machine.networks).find((network) => network.id === id);
  const replaced = { replaces: true } as const;
  return {
    schema: {
      inputs: {
        name: { ...replaced, computed: true },
        driver: { ...replaced, computed: true },
        internal: { ...replaced, computed: true },
        // Not computed: a gateway that the daemon chose is a difference for ever (kreuzwerker#54).
        ipamConfigs: {
          replaces: true,
          unordered: true,
        },
        ipamDriver: { ...replaced, default: "default" },
        ipamOptions: replaced,
        attachable: replaced,
        ingress: replaced,
        ipv6: replaced,
        labels: { ...replaced, unordered: true },
        options: { ...replaced, computed: true },
      },
      outputs: ["scope"],
    },
    check(inputs, call) {
      if (inputs["name"] !== undefined) return {};
      return { inputs: { ...inputs, name: `${call.name}-${workings.mint.hex(call.urn, "name", 7)}` } };
    },
    plan({ olds, news }, plan) {
      // Without any ipamConfigs the daemon's choice is no difference.
      if (list(news["ipamConfigs"]).length > 0 || list(olds["ipamConfigs"]).length === 0) return plan;
      const other = (path: string): boolean => !path.startsWith("ipamConfigs");
      const diffs = plan.diffs.filter(other);
      return {
        ...plan,
        diffs,
        replaces: plan.replaces.filter(other),
        changes: diffs.length > 0 ? "some" : "none",
      };
    },
    create({ instance, urn, inputs }) {
      const machine = machineFor(workings.state, instance);
      const name = text(inputs["name"]);
      if (machine.networks[name] || ["bridge", "host", "none"].includes(name)) {
        throw new ProviderError(
          `Unable to create network: Error response from daemon: network with name ${name} already exists`,
        );
      }
      const ipam = record(list(inputs["ipamConfigs"])[0]);
      const subnet = text(ipam["subnet"]) || freeSubnet(machine);
      const clash = overlapping(machine, subnet);
      if (clash) {
        throw new ProviderError(
          `Unable to create network: Error response from daemon: Pool overlaps with other one on this address space (${subnet} with ${clash.subnet} of ${clash.name})`,
        );
      }
      workings.mint.begin(urn);
      const network: DockerNetwork = {
        id: workings.mint.hex(urn, "network", 64),
        name,
        driver: text(inputs["driver"]) || "bridge",
        internal: flag(inputs["internal"]),
        subnet,
        gateway: text(ipam["gateway"]) || firstAddress(subnet),
        labels: labelMap(inputs["labels"]),
        options: textMap(inputs["options"]),
        createdBy: urn,
      };
      machine.networks[name] = network;
      return { id: network.id, outputs: outputsOf(network) };
    },
    read({ instance, id }) {
      const network = find(machineFor(workings.state, instance), id);
      return network && { outputs: outputsOf(network) };
    },
    delete({ instance, id }) {
      const machine = machineFor(workings.state, instance);
      const network = find(machine, id);
      if (!network) return;
      const users = Object.values(machine.containers).filter((one) =>
        one.networks.some((entry) => entry.name === network.name),
      );
      if (users.some((container) => container.running)) {
        throw new ProviderError(
          `Unable to remove network: Error response from daemon: error while removing network: network ${network.name} id ${id} has active endpoints (${users.map((one) => one.name).join(", ")})`,
        );
      }
      delete machine.networks[network.name];
    },
  };
}
