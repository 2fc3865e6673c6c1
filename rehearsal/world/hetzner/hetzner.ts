import { createHash } from "node:crypto";
import { type Properties, type Provider, ProviderError } from "../../provider/provider.ts";
import { cloud, type ResourceKind } from "../kit/cloud.ts";
import { hasUnknown, list, record, text, textMap, texts } from "../kit/values.ts";
import type { FirewallRule } from "../state.ts";
import type { Workings } from "../workings.ts";
import { serverKind } from "./server.ts";

function refuseTwin(collection: Record<string, { name: string }>, what: string, name: string): void {
  if (Object.values(collection).some((entry) => entry.name === name)) {
    throw new ProviderError(`${what} name is already used (uniqueness_error): ${name}`);
  }
}

function sshKeyKind({ state, mint }: Workings): ResourceKind {
  const { sshKeys } = state.hetzner;
  return {
    schema: {
      inputs: { name: { computed: true }, publicKey: { required: true, replaces: true }, labels: {} },
      outputs: ["fingerprint"],
    },
    create({ urn, name, inputs }) {
      const wanted = text(inputs["name"]) || name;
      const publicKey = text(inputs["publicKey"]).trim();
      if (!/^(ssh-|ecdsa-|sk-)\S+ \S+/.test(publicKey)) {
        throw new ProviderError(
          `invalid input in field 'public_key' (invalid_input): "${publicKey.slice(0, 20)}…" is no SSH public key`,
        );
      }
      refuseTwin(sshKeys, "SSH key", wanted);
      mint.begin(urn);
      const id = mint.digits(urn, "id", 8);
      const blob = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
      const fingerprint = createHash("md5")
        .update(blob)
        .digest("hex")
        .replaceAll(/(..)(?=.)/g, "$1:");
      sshKeys[id] = { id, name: wanted, publicKey, fingerprint, labels: textMap(inputs["labels"]) };
      return { id, outputs: { name: wanted, fingerprint } };
    },
    read({ id }) {
      const key = sshKeys[id];
      return (
        key && {
          outputs: {
            name: key.name,
            fingerprint: key.fingerprint,
            publicKey: key.publicKey,
            labels: key.labels,
          },
        }
      );
    },
    update({ id, news }) {
      const key = sshKeys[id];
      if (!key) throw new ProviderError(`SSH key ${id} not found (not_found)`);
      key.name = text(news["name"]) || key.name;
      key.labels = textMap(news["labels"]);
      return { outputs: {} };
    },
    delete({ id }) {
      delete sshKeys[id];
    },
  };
}

function rulesOf(inputs: Properties): FirewallRule[] {
  return list(inputs["rules"]).map((entry) => {
    const rule = record(entry);
    return {
      direction: text(rule["direction"]),
      protocol: text(rule["protocol"]),
      port: text(rule["port"]),
      sourceIps: texts(rule["sourceIps"]),
      destinationIps: texts(rule["destinationIps"]),
      description: text(rule["description"]),
    };
  });
}

function checkRules(rules: FirewallRule[]): void {
  for (const rule of rules) {
    if (!["in", "out"].includes(rule.direction)) {
      throw new ProviderError(
        `invalid input in field 'direction' (invalid_input): "${rule.direction}" is neither in nor out`,
      );
    }
    if (!["tcp", "udp", "icmp", "gre", "esp"].includes(rule.protocol)) {
      throw new ProviderError(`invalid input in field 'protocol' (invalid_input): "${rule.protocol}"`);
    }
    const needsPort = rule.protocol === "tcp" || rule.protocol === "udp";
    if (needsPort !== (rule.port !== "")) {
      throw new ProviderError(
        `invalid input in field 'port' (invalid_input): tcp and udp rules need a port, others have none (${rule.protocol})`,
      );
    }
    if (rule.direction === "in" && rule.sourceIps.length === 0) {
      throw new ProviderError(
        `invalid input in field 'source_ips' (invalid_input): a rule of direction in needs source IPs (${rule.protocol} ${rule.port})`,
      );
    }
  }
}

function ruleOutputs(rules: FirewallRule[]): Properties[] {
  return rules.map((rule) =>
    Object.fromEntries(Object.entries(rule).filter(([, value]) => value.length > 0)),
  );
}

function firewallKind({ state, mint }: Workings): ResourceKind {
  const { firewalls, servers } = state.hetzner;
  return {
    schema: {
      inputs: {
        name: { computed: true },
        labels: {},
        rules: { unordered: true },
        applyTos: { computed: true },
      },
      outputs: [],
    },
    create({ urn, name, inputs }) {
      const wanted = text(inputs["name"]) || name;
      refuseTwin(firewalls, "firewall", wanted);
      const rules = rulesOf(inputs);
      checkRules(rules);
      mint.begin(urn);
      const id = mint.digits(urn, "id", 8);
      firewalls[id] = { id, name: wanted, labels: textMap(inputs["labels"]), rules };
      return { id, outputs: { name: wanted } };
    },
    read({ id }) {
      const firewall = firewalls[id];
      return (
        firewall && {
          outputs: { name: firewall.name, labels: firewall.labels, rules: ruleOutputs(firewall.rules) },
        }
      );
    },
    update({ id, news }) {
      const firewall = firewalls[id];
      if (!firewall) throw new ProviderError(`firewall ${id} not found (not_found)`);
      const rules = rulesOf(news);
      checkRules(rules);
      firewall.rules = rules;
      firewall.name = text(news["name"]) || firewall.name;
      firewall.labels = textMap(news["labels"]);
      return { outputs: {} };
    },
    delete({ id }) {
      const user = Object.values(servers).find((server) => server.firewallIds.includes(id));
      if (user)
        throw new ProviderError(`firewall ${id} is still in use by server ${user.name} (resource_in_use)`);
      delete firewalls[id];
    },
  };
}

function primaryIpKind({ state, mint }: Workings): ResourceKind {
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
        labels: {},
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

function serverTypeResult({ state }: Workings, args: Properties): Properties {
  const name = text(args["name"]);
  const type = state.hetzner.serverTypes[name];
  if (!type) {
    throw new ProviderError(
      `no Server Type found with name ${name}: known are ${Object.keys(state.hetzner.serverTypes).join(", ")}`,
    );
  }
  return {
    id: type.id,
    name,
    description: name.toUpperCase(),
    category: "regular_purpose",
    cores: type.cores,
    memory: type.memoryGB,
    disk: type.diskGB,
    architecture: type.architecture,
    cpuType: type.cpuType,
    storageType: "local",
    deprecationAnnounced: "",
    unavailableAfter: "",
    isDeprecated: false,
    includedTraffic: 0,
    locations: type.locations.map((location) => ({
      name: location,
      id: state.hetzner.locations[location]?.id ?? 0,
      deprecationAnnounced: "",
      unavailableAfter: "",
      isDeprecated: false,
    })),
  };
}

/** `@pulumi/hcloud`: one Hetzner Cloud project. */
export function hetznerProvider(workings: Workings): Provider {
  return cloud({
    configure({ config }) {
      if (hasUnknown(config["token"])) return;
      const token = text(config["token"]);
      if (token.length !== 64) {
        throw new ProviderError(
          `entered token is invalid (must be exactly 64 characters long): this one has ${token.length}`,
        );
      }
    },
    connect({ config }) {
      if (workings.state.hetzner.tokens.includes(text(config["token"]))) return;
      throw new ProviderError(
        "unable to authenticate (unauthorized): the Hetzner token is none of this project's",
      );
    },
    kinds: {
      "hcloud:index/sshKey:SshKey": sshKeyKind(workings),
      "hcloud:index/firewall:Firewall": firewallKind(workings),
      "hcloud:index/primaryIp:PrimaryIp": primaryIpKind(workings),
      "hcloud:index/server:Server": serverKind(workings),
    },
    invokes: {
      "hcloud:index/getServerType:getServerType": { run: (args) => serverTypeResult(workings, args) },
    },
  });
}
