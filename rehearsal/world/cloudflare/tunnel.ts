import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { list, number, record, text } from "../kit/values.ts";
import type { IngressRule, Tunnel, WorldState } from "../state.ts";
import type { Workings } from "../workings.ts";
import { connectorsOf } from "./connectors.ts";

export function account(state: WorldState, id: string): { id: string } {
  const found = state.cloudflare.accounts[id];
  if (!found)
    throw new ProviderError(`403 Forbidden: the API token has no access to account ${id || "(none)"} (9109)`);
  return found;
}

function tunnelOutputs(state: WorldState, tunnel: Tunnel): Properties {
  const connectors = connectorsOf(state, tunnel.id);
  return {
    name: tunnel.name,
    accountId: tunnel.accountId,
    accountTag: tunnel.accountId,
    createdAt: tunnel.createdAt,
    deletedAt: tunnel.deletedAt,
    connections: connectors.map((name) => ({ clientId: name, originIp: "", coloName: "" })),
    connsActiveAt: "",
    connsInactiveAt: "",
    metadata: "{}",
    remoteConfig: tunnel.configSrc === "cloudflare",
    status: connectors.length > 0 ? "healthy" : "inactive",
    tunType: "cfd_tunnel",
  };
}

/** The text that `cloudflared` is started with: base64 of {a: account, t: tunnel, s: secret}. */
export function tunnelToken(tunnel: Tunnel): string {
  const content = JSON.stringify({ a: tunnel.accountId, t: tunnel.id, s: tunnel.secret });
  return Buffer.from(content).toString("base64");
}

function checkSecret(secret: string): void {
  if (secret !== "" && Buffer.from(secret, "base64").length < 32) {
    throw new ProviderError(
      "400 Bad Request: tunnel_secret must be at least 32 bytes, base64 encoded (1004)",
    );
  }
}

export function tunnelKind(workings: Workings): ResourceKind {
  const { state, mint } = workings;
  const { tunnels } = state.cloudflare;
  return {
    secretOutputs: ["tunnelSecret"],
    schema: {
      inputs: {
        accountId: { required: true, replaces: true },
        name: { required: true },
        // Left out it is "local"; the provider shows no difference then, but a configured value that changes replaces.
        configSrc: { replaces: true, computed: true },
        tunnelSecret: { computed: true },
      },
      outputs: [
        "accountTag",
        "createdAt",
        "deletedAt",
        "connections",
        "status",
        "tunType",
        "remoteConfig",
        "metadata",
      ],
    },
    create({ urn, inputs }) {
      const accountId = text(inputs["accountId"]);
      const name = text(inputs["name"]);
      account(state, accountId);
      checkSecret(text(inputs["tunnelSecret"]));
      const twin = Object.values(tunnels).find(
        (tunnel) => tunnel.accountId === accountId && tunnel.name === name && tunnel.deletedAt === "",
      );
      if (twin)
        throw new ProviderError(`409 Conflict: You already have a tunnel with this name: ${name} (1013)`);
      mint.begin(urn);
      const tunnel: Tunnel = {
        id: mint.uuid(urn, "tunnel"),
        accountId,
        name,
        configSrc: text(inputs["configSrc"]) || "local",
        secret: text(inputs["tunnelSecret"]) || mint.bytes(urn, "secret", 32).toString("base64"),
        createdAt: state.clock,
        deletedAt: "",
      };
      tunnels[tunnel.id] = tunnel;
      return { id: tunnel.id, outputs: { ...tunnelOutputs(state, tunnel), configSrc: tunnel.configSrc } };
    },
    // A deleted tunnel keeps answering with `deleted_at` set, and the provider calls it unchanged (proved).
    read({ id, state: known }) {
      const tunnel = tunnels[id.split("/").at(-1) ?? id];
      if (!tunnel) return undefined;
      const imported = Object.keys(known).length === 0;
      const source = imported ? { configSrc: tunnel.configSrc } : {};
      return { id: tunnel.id, outputs: { ...tunnelOutputs(state, tunnel), ...source } };
    },
    update({ id, news }) {
      const tunnel = tunnels[id];
      if (tunnel?.deletedAt !== "") throw new ProviderError(`404 Not Found: Tunnel not found: ${id} (1003)`);
      checkSecret(text(news["tunnelSecret"]));
      tunnel.name = text(news["name"]);
      tunnel.secret = text(news["tunnelSecret"]) || tunnel.secret;
      return { outputs: tunnelOutputs(state, tunnel) };
    },
    delete({ id }) {
      const tunnel = tunnels[id];
      // Reported as deleted while connectors run, yet it stays: making it again then fails (pulumi-cloudflare#1440).
      if (!tunnel || connectorsOf(state, id).length > 0) return;
      tunnel.deletedAt = state.clock;
    },
  };
}

export function ingressOf(config: Properties): IngressRule[] {
  return list(config["ingresses"]).map((entry) => {
    const rule = record(entry);
    return {
      hostname: text(rule["hostname"]),
      path: text(rule["path"]),
      service: text(rule["service"]),
      originRequest: record(rule["originRequest"]),
    };
  });
}

function checkIngress(rules: IngressRule[]): void {
  const last = rules.at(-1);
  if (last?.hostname !== "" || last.path !== "") {
    throw new ProviderError(
      "400 Bad Request: The last ingress rule must match all URLs (i.e. it should not have a hostname or path filter) (1056)",
    );
  }
  const early = rules.slice(0, -1).findIndex((rule) => rule.hostname === "" && rule.path === "");
  if (early >= 0) {
    throw new ProviderError(
      `400 Bad Request: Rule #${early + 1} is matching the hostname '', but this will match every hostname, meaning the rules which follow it will never be triggered (1056)`,
    );
  }
  for (const rule of rules) {
    if (!/^(https?|tcp|ssh|rdp|unix(\+tls)?):.+|^http_status:[1-5]\d\d$|^hello_world$/.test(rule.service)) {
      throw new ProviderError(
        `400 Bad Request: ${rule.service || "(none)"} is not a valid origin service (1056)`,
      );
    }
  }
}

/** The configuration as the provider shows it: unset parts left out. */
function configOutput(rules: IngressRule[], originRequest: Properties): Properties {
  const ingresses = rules.map((rule) => ({
    ...(rule.hostname ? { hostname: rule.hostname } : {}),
    ...(rule.path ? { path: rule.path } : {}),
    service: rule.service,
    ...(Object.keys(rule.originRequest).length > 0
      ? { originRequest: record(toValue(rule.originRequest)) }
      : {}),
  }));
  return Object.keys(originRequest).length > 0 ? { ingresses, originRequest } : { ingresses };
}

function toValue(content: { [key: string]: unknown }): Properties {
  return JSON.parse(JSON.stringify(content));
}

export function tunnelConfigKind(workings: Workings): ResourceKind {
  const { state } = workings;
  const { tunnels, tunnelConfigs } = state.cloudflare;
  const put = (inputs: Properties): Properties => {
    const tunnelId = text(inputs["tunnelId"]);
    account(state, text(inputs["accountId"]));
    const tunnel = tunnels[tunnelId];
    if (tunnel?.deletedAt !== "")
      throw new ProviderError(`404 Not Found: Tunnel not found: ${tunnelId} (1003)`);
    const config = record(inputs["config"]);
    const ingresses = ingressOf(config);
    checkIngress(ingresses);
    const version = (tunnelConfigs[tunnelId]?.version ?? 0) + 1;
    const createdAt = tunnelConfigs[tunnelId]?.createdAt ?? state.clock;
    // The last writer owns the whole document.
    tunnelConfigs[tunnelId] = {
      ingresses,
      originRequest: record(config["originRequest"]),
      version,
      createdAt,
    };
    return { createdAt, version, source: text(inputs["source"]) || "cloudflare" };
  };
  return {
    schema: {
      inputs: {
        accountId: { required: true, replaces: true },
        tunnelId: { required: true, replaces: true },
        source: { replaces: true, computed: true },
        config: {},
      },
      outputs: ["createdAt", "version"],
      outputsOfUpdate: ["version"],
    },
    create: ({ inputs }) => ({ id: text(inputs["tunnelId"]), outputs: put(inputs) }),
    read({ id }) {
      const tunnelId = id.split("/").at(-1) ?? id;
      const found = tunnelConfigs[tunnelId];
      if (!found) return undefined;
      const config = configOutput(found.ingresses, toValue(found.originRequest));
      const accountId = tunnels[tunnelId]?.accountId ?? "";
      return { id: tunnelId, outputs: { accountId, tunnelId, config, version: number(found.version) } };
    },
    update: ({ news }) => ({ outputs: put(news) }),
    // The API cannot delete a configuration: the provider warns and leaves it.
    delete() {},
  };
}
