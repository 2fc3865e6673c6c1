import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { list, record, sameMap, text, textMap, texts } from "../kit/values.ts";
import type { FirewallRule } from "../state.ts";
import type { Workings } from "../workings.ts";
import { refuseTwin } from "./names.ts";

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

export function firewallKind({ state, mint }: Workings): ResourceKind {
  const { firewalls, servers } = state.hetzner;
  return {
    schema: {
      inputs: {
        name: { computed: true },
        labels: { same: sameMap },
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
