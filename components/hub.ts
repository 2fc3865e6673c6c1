import * as pulumi from "@pulumi/pulumi";
import { Provider as RandomProvider } from "@pulumi/random/provider.js";
import type { Provider as TailscaleProvider } from "@pulumi/tailscale/provider.js";
import type { Plan } from "../plan/plan.ts";
import { providedSecrets } from "../settings/secrets.ts";
import type { ServerSettings } from "../settings/settings.ts";
import { Accounts } from "./accounts.ts";
import { Edge } from "./edge.ts";
import { GeneratedSecrets } from "./generated-secrets.ts";
import { refuseLost } from "./in-force.ts";
import { joined } from "./joined.ts";
import { find, type Lookup } from "./resolve.ts";
import { Tailnet } from "./tailnet.ts";
import { Vps } from "./vps.ts";

export interface HubArgs {
  readonly plan: Plan;
  /** Secrets a person gave the stack, by flat key. */
  readonly provided: Readonly<Record<string, pulumi.Output<string>>>;
  /** Values of generated secrets that an older install uses already, by name. */
  readonly inUse: Readonly<Record<string, string>>;
}

/** What exists once for all hosts: the VPS, the edge, the tailnet policy, every generated secret. */
export class Hub extends pulumi.ComponentResource {
  /** What the members read: `SharedOutputs`, as one secret. */
  readonly shared: pulumi.Output<SharedOutputs>;
  readonly lookup: Lookup;
  /** Settles before any host may use a secret; fails where one that data is bound to would be lost. */
  readonly secretsStay: Promise<void>;

  constructor(name: string, { plan, provided, inUse }: HubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kitestacks:index:Hub", name, {}, opts);
    const child = { parent: this };
    const accounts = new Accounts(plan.settings, provided);
    const cloudflare = accounts.cloudflare(child);
    const random = new RandomProvider("random", {}, child);
    const tailscale = accounts.tailscale(child);

    const { policy } = new Tailnet("tailnet", { plan, provider: tailscale }, child);
    const edge = new Edge("edge", { edge: plan.edge, cloudflare, random }, child);
    const generated = new GeneratedSecrets(
      "secrets",
      { secrets: plan.generated, inUse, provider: random },
      child,
    );
    this.secretsStay = refuseLost(generated.values, plan.generated);
    const address = this.address(plan, { policy, tailscale, accounts });

    const secrets: Record<string, pulumi.Output<string>> = {
      ...generated.values,
      ...forServices(provided),
      "edge.tunnelToken": edge.tunnelToken,
    };
    this.lookup = { secret: (key) => find("secret", secrets, key), address: () => address };
    this.shared = pulumi.secret(
      pulumi
        .all([address, pulumi.all(secrets)])
        .apply(([host, values]) => ({ address: host, secrets: values })),
    );
    this.registerOutputs();
  }

  /** The hub's tailnet address: set by a person, or looked up once its machine has joined. */
  private address(plan: Plan, args: AddressArgs): pulumi.Output<string> {
    const { server, hub } = plan;
    const vps = server.mode === "none" ? undefined : this.vps(plan, server, args);
    if (typeof hub.address === "string") return pulumi.output(hub.address);
    if (vps?.joinKey === undefined)
      throw new Error(`${hub.name} has no tailnet address and no key to join with.`);
    const { id, createdAt, expiresAt, tags } = vps.joinKey;
    // The server's id has no part in the look-up, which waits for the server with it, at preview too.
    return pulumi
      .all([id, createdAt, expiresAt, tags, vps.server.id])
      .apply(([id, createdAt, expiresAt, tags]) =>
        joined(
          hub.name,
          { id, createdAt, expiresAt, tags: tags ?? [] },
          { parent: this, provider: args.tailscale },
        ),
      );
  }

  private vps(plan: Plan, server: Exclude<ServerSettings, { mode: "none" }>, args: AddressArgs): Vps {
    const { policy, tailscale, accounts } = args;
    const hcloud = accounts.hcloud({ parent: this });
    const settings = plan.settings.hosts.find(({ name }) => name === plan.hub.name);
    return new Vps(
      "vps",
      {
        hostname: plan.hub.name,
        server,
        swapMiB: settings?.swapMiB ?? 0,
        subnet: plan.hub.network.subnet,
        tags: plan.tailnet.hubTags,
        policy,
        hcloud,
        tailscale,
      },
      { parent: this },
    );
  }
}

interface AddressArgs {
  readonly policy: pulumi.Resource;
  readonly tailscale: TailscaleProvider;
  readonly accounts: Accounts;
}

export interface SharedOutputs {
  /** The hub's tailnet address. */
  readonly address: string;
  /** Every secret by name: generated ones, derived ones, and `provided.<key>` without the accounts' tokens. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a person gave for services and steps. The accounts' tokens are the hub's own: no other stack sees them. */
function forServices(provided: HubArgs["provided"]): Record<string, pulumi.Output<string>> {
  const own = providedSecrets.filter(({ variable }) => variable !== undefined).map(({ key }) => key);
  return Object.fromEntries(
    Object.entries(provided)
      .filter(([key]) => !own.includes(key))
      .map(([key, value]) => [`provided.${key}`, value]),
  );
}
