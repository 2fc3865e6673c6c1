import { Firewall } from "@pulumi/hcloud/firewall.js";
import { FirewallAttachment } from "@pulumi/hcloud/firewallAttachment.js";
import { PrimaryIp } from "@pulumi/hcloud/primaryIp.js";
import type { Provider as HcloudProvider } from "@pulumi/hcloud/provider.js";
import { Server } from "@pulumi/hcloud/server.js";
import { SshKey } from "@pulumi/hcloud/sshKey.js";
import * as pulumi from "@pulumi/pulumi";
import type { Provider as TailscaleProvider } from "@pulumi/tailscale/provider.js";
import { TailnetKey } from "@pulumi/tailscale/tailnetKey.js";
import { cloudInit } from "../plan/cloud-init.ts";
import { joinName } from "../plan/joined-device.ts";
import type { ServerSettings, ServerShape } from "../settings/settings.ts";

export interface VpsArgs {
  readonly hostname: string;
  readonly server: Exclude<ServerSettings, { mode: "none" }>;
  readonly swapMiB: number;
  /** Of the bridge that Docker will have. */
  readonly subnet: string;
  /** Tags of the one-time key that the machine joins the tailnet with. */
  readonly tags: readonly string[];
  /** The policy that owns those tags: a key for an unknown tag is refused. */
  readonly policy: pulumi.Resource;
  readonly hcloud: HcloudProvider;
  readonly tailscale: TailscaleProvider;
}

/** The hub's machine at Hetzner. It lets nothing in but ICMP and Tailscale's UDP port. */
export class Vps extends pulumi.ComponentResource {
  readonly server: Server;
  /** What a machine of ours joined the tailnet with; one that is adopted was there before. */
  readonly joinKey: TailnetKey | undefined;

  constructor(name: string, args: VpsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kitestacks:hetzner:Vps", name, {}, opts);
    const options = { parent: this, provider: args.hcloud };
    const firewall = new Firewall("firewall", { name: args.hostname, rules: inbound() }, options);
    if (args.server.mode === "create") {
      this.joinKey = this.keyToJoin(args);
      this.server = this.create(args, args.server, firewall, this.joinKey);
    } else {
      this.joinKey = undefined;
      this.server = this.adopt(args, args.server, firewall);
    }
    this.registerOutputs({ id: this.server.id });
  }

  private create(args: VpsArgs, shape: ServerShape, firewall: Firewall, joinKey: TailnetKey): Server {
    const options = { parent: this, provider: args.hcloud };
    const address = new PrimaryIp(
      "address",
      { name: args.hostname, type: "ipv4", location: shape.location, autoDelete: false },
      { ...options, protect: true },
    );
    const keys = shape.sshKeys.map(
      (publicKey, i) => new SshKey(`key-${i + 1}`, { name: `${args.hostname}-${i + 1}`, publicKey }, options),
    );
    return new Server(
      "server",
      {
        name: args.hostname,
        serverType: shape.type,
        location: shape.location,
        image: shape.image,
        sshKeys: keys.map((key) => key.id),
        publicNets: [{ ipv4Enabled: true, ipv4: address.id.apply(Number), ipv6Enabled: false }],
        firewallIds: [firewall.id.apply(Number)],
        userData: userData(args, joinKey),
        // Never grow the disk with the type: a grown disk cannot go back to a smaller type.
        keepDisk: true,
        deleteProtection: true,
        rebuildProtection: true,
      },
      { ...options, protect: true, ignoreChanges: onlyAtBirth },
    );
  }

  /** Takes the machine over as it is: of its own properties nothing is changed, only the firewall is put before it. */
  private adopt(args: VpsArgs, shape: ServerShape & { readonly id: string }, firewall: Firewall): Server {
    const options = { parent: this, provider: args.hcloud };
    const server = new Server(
      "server",
      { name: args.hostname, serverType: shape.type, location: shape.location },
      { ...options, import: shape.id, protect: true, ignoreChanges: [...onlyAtBirth, ...leftAsFound] },
    );
    new FirewallAttachment(
      "firewall-attachment",
      { firewallId: firewall.id.apply(Number), serverIds: [server.id.apply(Number)] },
      options,
    );
    return server;
  }

  private keyToJoin({ hostname, tags, policy, tailscale }: VpsArgs): TailnetKey {
    return new TailnetKey(
      "join-key",
      {
        description: `${hostname} joins`,
        tags: [...tags],
        reusable: false,
        ephemeral: false,
        preauthorized: true,
        expiry: 3600,
        // Used up after the first boot, and meant to be: made anew it would be a new machine's.
        recreateIfInvalid: "never",
      },
      // The machine is told by this key as long as it lives: another tag in the settings is no new machine.
      {
        parent: this,
        provider: tailscale,
        dependsOn: policy,
        ignoreChanges: ["tags", "description", "expiry"],
      },
    );
  }
}

function userData({ hostname, swapMiB, subnet }: VpsArgs, { id, key }: TailnetKey): pulumi.Output<string> {
  return pulumi
    .secret(pulumi.all([id, key]))
    .apply(([keyId, joinKey]) =>
      cloudInit({ hostname, deviceName: joinName(hostname, keyId), joinKey, swapMiB, subnet }),
    );
}

/** A change of these would build a new machine. */
const onlyAtBirth = ["userData", "image", "sshKeys"];

const leftAsFound = [
  "name",
  "location",
  "serverType",
  "publicNets",
  "firewallIds",
  "labels",
  "backups",
  "keepDisk",
  "deleteProtection",
  "rebuildProtection",
];

function inbound() {
  const anywhere = { direction: "in", sourceIps: ["0.0.0.0/0", "::/0"] };
  return [
    { ...anywhere, protocol: "icmp", description: "ping" },
    { ...anywhere, protocol: "udp", port: "41641", description: "Tailscale, direct connections" },
  ];
}
