import { type Properties, type Provider, ProviderError } from "../../provider/provider.ts";
import { cloud } from "../kit/cloud.ts";
import { allow, credential } from "../kit/credential.ts";
import { hasUnknown, text } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { firewallKind } from "./firewall.ts";
import { firewallAttachmentKind } from "./firewall-attachment.ts";
import { primaryIpKind } from "./primary-ip.ts";
import { serverKind } from "./server.ts";
import { sshKeyKind } from "./ssh-key.ts";

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
  const tokenOf = (config: Properties) => credential(workings, config, "token", "HCLOUD_TOKEN");
  return cloud({
    configure({ config }) {
      if (hasUnknown(config["token"])) return;
      const token = tokenOf(config);
      if (token.length !== 64) {
        throw new ProviderError(
          `entered token is invalid (must be exactly 64 characters long): this one has ${token.length}`,
        );
      }
    },
    connect({ config }, wish) {
      if (!workings.state.hetzner.tokens.includes(tokenOf(config))) {
        throw new ProviderError(
          "unable to authenticate (unauthorized): the Hetzner token is none of this project's",
        );
      }
      allow(workings, tokenOf(config), wish, "token only allows read access (token_readonly)");
    },
    kinds: {
      "hcloud:index/sshKey:SshKey": sshKeyKind(workings),
      "hcloud:index/firewall:Firewall": firewallKind(workings),
      "hcloud:index/firewallAttachment:FirewallAttachment": firewallAttachmentKind(workings),
      "hcloud:index/primaryIp:PrimaryIp": primaryIpKind(workings),
      "hcloud:index/server:Server": serverKind(workings),
    },
    invokes: {
      "hcloud:index/getServerType:getServerType": { run: (args) => serverTypeResult(workings, args) },
    },
  });
}
