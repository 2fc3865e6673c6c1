import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { list, number, record, text } from "../kit/values.ts";
import type { IngressRule } from "../state.ts";
import type { Workings } from "../workings.ts";
import { account } from "./account.ts";

function ingressOf(config: Properties): IngressRule[] {
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
    if (tunnel.configSrc !== "cloudflare") {
      throw new ProviderError(
        `rule of the rehearsal: tunnel ${tunnel.name} has configSrc "${tunnel.configSrc}", so its connectors would ignore a remote configuration; set configSrc to "cloudflare"`,
      );
    }
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
