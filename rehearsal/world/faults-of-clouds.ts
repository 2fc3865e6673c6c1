import { shutDown } from "./hetzner/boot.ts";
import { named } from "./kit/named.ts";
import type { DnsRecord, Server, Tunnel } from "./state.ts";
import { parsePolicy } from "./tailscale/policy.ts";
import type { Workings } from "./workings.ts";

/** Faults in the accounts: records, tunnels, servers. */
export function cloudFaults(workings: Workings) {
  const { cloudflare, hetzner } = workings.state;
  const server = (name: string): Server => named(hetzner.servers, "server", name);
  const tunnel = (name: string): Tunnel => named(cloudflare.tunnels, "tunnel", name);
  return {
    editRecord: (name: string, change: Partial<DnsRecord>) => {
      Object.assign(named(cloudflare.records, "DNS record", name), change);
    },
    addRecord: (record: Pick<DnsRecord, "zoneId" | "name" | "type" | "content"> & Partial<DnsRecord>) => {
      const key = `by hand ${record.type} ${record.name}`;
      workings.mint.begin(key);
      const id = workings.mint.hex(key, "record", 32);
      const rest = {
        proxied: false,
        ttl: 1,
        comment: "",
        priority: 0,
        createdAt: workings.state.clock,
        createdBy: "hand",
      };
      cloudflare.records[id] = { ...rest, ...record, id };
    },
    addRule: (
      zoneId: string,
      phase: string,
      rule: { id: string; action: string; expression: string; description: string },
    ) => {
      const key = `by hand ${phase} ${rule.expression}`;
      workings.mint.begin(key);
      const id = workings.mint.hex(key, "ruleset", 32);
      const there = Object.values(cloudflare.rulesets).find(
        (one) => one.zoneId === zoneId && one.phase === phase,
      );
      const ruleset = there ?? {
        id,
        zoneId,
        phase,
        name: "default",
        kind: "zone",
        description: "",
        rules: [],
        version: 1,
      };
      ruleset.rules.push({ ...rule, enabled: true });
      cloudflare.rulesets[ruleset.id] = ruleset;
    },
    removeRecord: (name: string) => {
      delete cloudflare.records[named(cloudflare.records, "DNS record", name).id];
    },
    editIngress: (name: string, hostname: string, service: string) => {
      const config = cloudflare.tunnelConfigs[tunnel(name).id];
      const rule = config?.ingresses.find((one) => one.hostname === hostname);
      if (!config || !rule) throw new Error(`tunnel ${name} has no ingress rule for ${hostname}`);
      rule.service = service;
      config.version += 1;
    },
    editSetting: (zoneId: string, setting: string, value: string) => {
      cloudflare.settings[zoneId] = { ...cloudflare.settings[zoneId], [setting]: value };
    },
    deleteTunnel: (name: string) => {
      tunnel(name).deletedAt = workings.state.clock;
    },
    deleteServer: (name: string) => {
      const gone = server(name);
      const ip = hetzner.primaryIps[gone.primaryIpv4];
      if (ip) ip.assigneeId = "";
      shutDown(workings, gone);
      delete hetzner.servers[gone.id];
    },
    deleteFirewallRule: (name: string, index: number) => {
      named(hetzner.firewalls, "firewall", name).rules.splice(index, 1);
    },
  };
}

export function tailnetFaults({ state }: Workings) {
  const { tailscale } = state;
  return {
    editPolicy: (policy: string) => {
      parsePolicy(policy);
      tailscale.policy = policy;
      tailscale.policyIsDefault = false;
    },
    expireKeys: () => {
      for (const key of Object.values(tailscale.keys)) key.expiresAt = state.clock;
    },
    removeDevice: (hostname: string) => {
      const found = Object.values(tailscale.devices).find((device) => device.hostname === hostname);
      if (!found) throw new Error(`the tailnet has no device ${hostname}`);
      delete tailscale.devices[found.id];
    },
  };
}
