import { type Properties, type Provider, ProviderError } from "../../provider/provider.ts";
import { cloud } from "../kit/cloud.ts";
import { text } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { aclKind, getAcl } from "./acl.ts";
import { deviceKeyKind, deviceTagsKind, getDevice, getDevices } from "./device.ts";
import { keyKind } from "./key.ts";

function connect(workings: Workings, config: Properties): void {
  const { apiKeys, oauthClients } = workings.state.tailscale;
  const known =
    apiKeys.includes(text(config["apiKey"])) ||
    oauthClients.some(
      (client) =>
        client.id === text(config["oauthClientId"]) && client.secret === text(config["oauthClientSecret"]),
    );
  if (known) return;
  throw new ProviderError(
    "API token invalid (401): neither apiKey nor oauthClientId with oauthClientSecret of the Tailscale provider is known to the tailnet",
  );
}

/** `@pulumi/tailscale`: one tailnet with its policy, devices and join keys. */
export function tailscaleProvider(workings: Workings): Provider {
  return cloud({
    connect: (instance) => connect(workings, instance.config),
    kinds: {
      "tailscale:index/acl:Acl": aclKind(workings),
      "tailscale:index/tailnetKey:TailnetKey": keyKind(workings),
      "tailscale:index/deviceKey:DeviceKey": deviceKeyKind(workings),
      "tailscale:index/deviceTags:DeviceTags": deviceTagsKind(workings),
    },
    invokes: {
      "tailscale:index/getAcl:getAcl": { run: () => getAcl(workings) },
      "tailscale:index/getDevice:getDevice": { run: (args) => getDevice(workings, args) },
      "tailscale:index/getDevices:getDevices": { run: (args) => getDevices(workings, args) },
    },
  });
}
