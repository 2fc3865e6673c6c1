import { type Properties, type Provider, ProviderError } from "../../provider/provider.ts";
import { cloud } from "../kit/cloud.ts";
import { allow, credential } from "../kit/credential.ts";
import { record, text } from "../kit/values.ts";
import type { WorldState } from "../state.ts";
import type { Workings } from "../workings.ts";
import { account, zone } from "./account.ts";
import { dnsRecordKind } from "./dns-record.ts";
import { rulesetKind } from "./ruleset.ts";
import { tunnelKind, tunnelToken } from "./tunnel.ts";
import { tunnelConfigKind } from "./tunnel-config.ts";
import { zoneSettingKind } from "./zone-setting.ts";

function zoneIdFor(state: WorldState, args: Properties): string {
  const given = text(args["zoneId"]);
  if (given !== "") return given;
  const name = text(record(args["filter"])["name"]);
  const found = Object.values(state.cloudflare.accounts)
    .flatMap((entry) => Object.values(entry.zones))
    .filter((entry) => entry.name === name);
  if (found.length !== 1) {
    throw new ProviderError(
      `failed to find exactly one result: ${found.length} zones are named ${name || "(no filter)"}`,
    );
  }
  return found[0]?.id ?? "";
}

function zoneResult(state: WorldState, args: Properties): Properties {
  const found = zone(state, zoneIdFor(state, args));
  return {
    ...args,
    id: found.id,
    zoneId: found.id,
    name: found.name,
    status: "active",
    type: "full",
    paused: false,
    nameServers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
    account: { id: found.accountId, name: "" },
  };
}

function tokenResult(state: WorldState, args: Properties): Properties {
  account(state, text(args["accountId"]));
  const tunnel = state.cloudflare.tunnels[text(args["tunnelId"])];
  if (tunnel?.deletedAt !== "") {
    throw new ProviderError(`404 Not Found: Tunnel not found: ${text(args["tunnelId"]) || "(none)"} (1003)`);
  }
  return { ...args, token: tunnelToken(tunnel) };
}

/** `@pulumi/cloudflare`: accounts with zones, tunnels, records, settings and redirect rules. */
export function cloudflareProvider(workings: Workings): Provider {
  const { state } = workings;
  return cloud({
    connect({ config }, wish) {
      const token = credential(workings, config, "apiToken", "CLOUDFLARE_API_TOKEN");
      if (!state.cloudflare.apiTokens.includes(token)) {
        throw new ProviderError(
          "403 Forbidden: Invalid API Token (9109): the Cloudflare provider's apiToken is not known",
        );
      }
      allow(workings, token, wish, "403 Forbidden: Authentication error (10000): this token may only read");
    },
    kinds: {
      "cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared": tunnelKind(workings),
      "cloudflare:index/zeroTrustTunnelCloudflaredConfig:ZeroTrustTunnelCloudflaredConfig":
        tunnelConfigKind(workings),
      "cloudflare:index/dnsRecord:DnsRecord": dnsRecordKind(workings),
      "cloudflare:index/zoneSetting:ZoneSetting": zoneSettingKind(workings),
      "cloudflare:index/ruleset:Ruleset": rulesetKind(workings),
    },
    invokes: {
      "cloudflare:index/getZone:getZone": { run: (args) => zoneResult(state, args) },
      "cloudflare:index/getZeroTrustTunnelCloudflaredToken:getZeroTrustTunnelCloudflaredToken": {
        secretOutputs: ["token"],
        run: (args) => tokenResult(state, args),
      },
    },
  });
}
