import { type Properties, type Provider, ProviderError } from "../../provider/provider.ts";
import { cloud } from "../kit/cloud.ts";
import { allow, type Wish } from "../kit/credential.ts";
import { text } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { aclKind, getAcl } from "./acl.ts";
import { clientOf } from "./client.ts";
import { deviceKeyKind, deviceTagsKind, getDevice, getDevices } from "./device.ts";
import { keyKind } from "./key.ts";

function connect(workings: Workings, config: Properties, wish: Wish): void {
  const client = clientOf(workings, config);
  if (!client && !workings.state.tailscale.apiKeys.includes(text(config["apiKey"]))) {
    throw new ProviderError(
      "API token invalid (401): neither apiKey nor oauthClientId with oauthClientSecret of the Tailscale provider is known to the tailnet",
    );
  }
  allow(
    workings,
    client?.secret ?? "",
    wish,
    "calling actor does not have enough permissions to perform this function (403)",
  );
}

/** `@pulumi/tailscale`: one tailnet with its policy, devices and join keys. */
export function tailscaleProvider(workings: Workings): Provider {
  return cloud({
    connect: ({ config }, wish) => connect(workings, config, wish),
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
