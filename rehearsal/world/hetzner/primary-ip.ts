import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { sameMap, text, textMap } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { refuseTwin } from "./names.ts";

export function primaryIpKind({ state, mint }: Workings): ResourceKind {
  const { primaryIps, servers, locations } = state.hetzner;
  const outputsOf = (id: string): Properties => {
    const ip = primaryIps[id];
    if (!ip) return {};
    return {
      name: ip.name,
      type: ip.type,
      location: ip.location,
      labels: ip.labels,
      ipAddress: ip.address,
      ipNetwork: "",
      datacenter: "",
      assigneeId: Number(ip.assigneeId || 0),
      assigneeType: "server",
      autoDelete: ip.autoDelete,
      deleteProtection: ip.deleteProtection,
    };
  };
  return {
    schema: {
      inputs: {
        name: { computed: true },
        type: { required: true, replaces: true },
        location: { replaces: true, computed: true },
        datacenter: { replaces: true, computed: true },
        assigneeId: { computed: true },
        assigneeType: { computed: true },
        autoDelete: {},
        deleteProtection: {},
        labels: { same: sameMap },
      },
      outputs: ["ipAddress", "ipNetwork"],
    },
    create({ urn, name, inputs }) {
      const wanted = text(inputs["name"]) || name;
      const location = text(inputs["location"]);
      if (!locations[location]) {
        throw new ProviderError(
          `location ${location || "(none)"} not found (not_found): a primary IP needs one of ${Object.keys(locations).join(", ")}`,
        );
      }
      refuseTwin(primaryIps, "primary IP", wanted);
      mint.begin(urn);
      const id = mint.digits(urn, "id", 8);
      const [a, b] = mint.bytes(urn, "ipv4", 2);
      const type = text(inputs["type"]);
      primaryIps[id] = {
        id,
        name: wanted,
        type,
        address:
          type === "ipv6" ? `2a01:4ff:1f0:${mint.hex(urn, "ipv6", 4)}::/64` : `5.78.${a ?? 0}.${b ?? 0}`,
        location,
        assigneeId: "",
        autoDelete: inputs["autoDelete"] === true,
        deleteProtection: inputs["deleteProtection"] === true,
        labels: textMap(inputs["labels"]),
      };
      return { id, outputs: outputsOf(id) };
    },
    read: ({ id }) => (primaryIps[id] ? { outputs: outputsOf(id) } : undefined),
    update({ id, news }) {
      const ip = primaryIps[id];
      if (!ip) throw new ProviderError(`primary IP ${id} not found (not_found)`);
      ip.name = text(news["name"]) || ip.name;
      ip.autoDelete = news["autoDelete"] === true;
      ip.deleteProtection = news["deleteProtection"] === true;
      ip.labels = textMap(news["labels"]);
      return { outputs: outputsOf(id) };
    },
    delete({ id }) {
      const ip = primaryIps[id];
      if (ip && servers[ip.assigneeId]) {
        throw new ProviderError(
          `primary IP ${ip.name} is assigned to server ${ip.assigneeId} (must_be_unassigned)`,
        );
      }
      delete primaryIps[id];
    },
  };
}
