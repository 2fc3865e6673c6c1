import { Provider as CloudflareProvider } from "@pulumi/cloudflare/provider.js";
import { Provider as HcloudProvider } from "@pulumi/hcloud/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { Provider as RandomProvider } from "@pulumi/random/provider.js";
import { getDevice } from "@pulumi/tailscale/getDevice.js";
import { Provider as TailscaleProvider } from "@pulumi/tailscale/provider.js";
import type { Plan } from "../plan/plan.ts";
import type { ServerSettings } from "../settings/settings.ts";
import { Edge } from "./edge.ts";
import { GeneratedSecrets } from "./generated-secrets.ts";
import { find, type Lookup } from "./resolve.ts";
import { Tailnet } from "./tailnet.ts";
import { Vps } from "./vps.ts";

export interface HubArgs {
  readonly plan: Plan;
  /** Secrets a person gave the stack, by flat key. */
  readonly provided: Readonly<Record<string, pulumi.Output<string>>>;
}

/** What exists once for all hosts: the VPS, the edge, the tailnet policy, every generated secret. */
export class Hub extends pulumi.ComponentResource {
  /** What the members read: `SharedOutputs`, as one secret. */
  readonly shared: pulumi.Output<SharedOutputs>;
  readonly lookup: Lookup;

  constructor(name: string, { plan, provided }: HubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kitestacks:index:Hub", name, {}, opts);
    const child = { parent: this };
    const cloudflare = new CloudflareProvider(
      "cloudflare",
      { apiToken: given(provided, "cloudflareApiToken") },
      child,
    );
    const random = new RandomProvider("random", {}, child);
    const tailscale = new TailscaleProvider(
      "tailscale",
      {
        oauthClientId: plan.settings.tailnet.oauthClientId,
        oauthClientSecret: given(provided, "tailscaleOauthSecret"),
      },
      child,
    );

    const { policy } = new Tailnet("tailnet", { plan, provider: tailscale }, child);
    const edge = new Edge("edge", { edge: plan.edge, cloudflare, random }, child);
    const generated = new GeneratedSecrets("secrets", { secrets: plan.generated, provider: random }, child);
    const address = this.address(plan, { policy, tailscale, provided });

    const secrets: Record<string, pulumi.Output<string>> = {
      ...generated.values,
      ...Object.fromEntries(Object.entries(provided).map(([key, value]) => [`provided.${key}`, value])),
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
    // The name comes from the server's id, so that the look-up waits for the server, at preview too.
    const hostname = vps?.server.id.apply(() => hub.name) ?? hub.name;
    return pulumi.output(hostname).apply((name) => this.joined(name, args.tailscale));
  }

  /** The address of a machine that should have joined; waits, and then says what to do about one that did not. */
  private async joined(hostname: string, provider: TailscaleProvider): Promise<string> {
    const device = await getDevice({ hostname, waitFor: "300s" }, { parent: this, provider }).catch(
      (error) => {
        throw new Error(
          `${hostname} did not join the tailnet (${error.message}). Its join key works once and for an hour: ` +
            'see "The VPS did not join the tailnet" in docs/operating.md.',
        );
      },
    );
    const [first] = device.addresses;
    if (first === undefined) throw new Error(`${hostname} is on the tailnet without an address.`);
    return first;
  }

  private vps(plan: Plan, server: Exclude<ServerSettings, { mode: "none" }>, args: AddressArgs): Vps {
    const { policy, tailscale, provided } = args;
    const hcloud = new HcloudProvider("hcloud", { token: given(provided, "hcloudToken") }, { parent: this });
    const settings = plan.settings.hosts.find(({ name }) => name === plan.hub.name);
    return new Vps(
      "vps",
      {
        hostname: plan.hub.name,
        server,
        swapMiB: settings?.swapMiB ?? 0,
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
  readonly provided: HubArgs["provided"];
}

export interface SharedOutputs {
  /** The hub's tailnet address. */
  readonly address: string;
  /** Every secret by name: generated ones, derived ones, and `provided.<key>`. */
  readonly secrets: Readonly<Record<string, string>>;
}

function given(provided: HubArgs["provided"], key: string): pulumi.Output<string> {
  return find("provided secret", provided, key);
}
