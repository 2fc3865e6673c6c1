import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import { getZeroTrustTunnelCloudflaredTokenOutput } from "@pulumi/cloudflare/getZeroTrustTunnelCloudflaredToken.js";
import type { Provider as CloudflareProvider } from "@pulumi/cloudflare/provider.js";
import { Ruleset } from "@pulumi/cloudflare/ruleset.js";
import { ZeroTrustTunnelCloudflared } from "@pulumi/cloudflare/zeroTrustTunnelCloudflared.js";
import { ZeroTrustTunnelCloudflaredConfig } from "@pulumi/cloudflare/zeroTrustTunnelCloudflaredConfig.js";
import { ZoneSetting } from "@pulumi/cloudflare/zoneSetting.js";
import * as pulumi from "@pulumi/pulumi";
import type { Provider as RandomProvider } from "@pulumi/random/provider.js";
import type { EdgePlan } from "../plan/plan.ts";
import { fromHex, secretBytes } from "./secret-bytes.ts";

export interface EdgeArgs {
  readonly edge: EdgePlan;
  readonly cloudflare: CloudflareProvider;
  readonly random: RandomProvider;
}

/** The way in: DNS, the one tunnel with its list of names, the zone's settings. */
export class Edge extends pulumi.ComponentResource {
  /** Runs a connector; the same on every host. */
  readonly tunnelToken: pulumi.Output<string>;
  readonly tunnelId: pulumi.Output<string>;

  private readonly options: pulumi.CustomResourceOptions;

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kitestacks:cloudflare:Edge", name, {}, opts);
    this.options = { parent: this, provider: args.cloudflare };
    const { tunnel, token } =
      args.edge.settings.tunnel.mode === "create"
        ? this.newTunnel(args)
        : this.existingTunnel(args, args.edge.settings.tunnel.id);
    this.tunnelId = tunnel.id;
    this.tunnelToken = token;
    this.configuration(args.edge);
    this.records(args.edge);
    this.zone(args.edge);
    this.registerOutputs({ tunnelId: this.tunnelId });
  }

  /** Its token follows from a secret of our own, so that a preview needs no call and no write permission. */
  private newTunnel({ edge, random }: EdgeArgs) {
    const { accountId, tunnelName } = edge.settings;
    // Cloudflare takes 32 bytes or more, in base64.
    const digits = secretBytes("tunnel-secret", 32, {}, { parent: this, provider: random });
    const tunnelSecret = digits.apply((text) => fromHex(text, "base64"));
    const tunnel = new ZeroTrustTunnelCloudflared(
      "tunnel",
      { accountId, name: tunnelName, configSrc: "cloudflare", tunnelSecret },
      { ...this.options, protect: true },
    );
    const token = pulumi.secret(
      pulumi.all([tunnel.id, tunnelSecret]).apply(([id, secret]) => connectorToken(accountId, id, secret)),
    );
    return { tunnel, token };
  }

  private existingTunnel({ edge, cloudflare }: EdgeArgs, id: string) {
    const { accountId, tunnelName } = edge.settings;
    const tunnel = new ZeroTrustTunnelCloudflared(
      "tunnel",
      { accountId, name: tunnelName, configSrc: "cloudflare" },
      // An import does not bring these two back from the API.
      {
        ...this.options,
        protect: true,
        import: `${accountId}/${id}`,
        ignoreChanges: ["configSrc", "tunnelSecret"],
      },
    );
    const { token } = getZeroTrustTunnelCloudflaredTokenOutput(
      { accountId, tunnelId: id },
      { parent: this, provider: cloudflare },
    );
    return { tunnel, token: pulumi.secret(token) };
  }

  private configuration({ settings, ingress }: EdgePlan) {
    new ZeroTrustTunnelCloudflaredConfig(
      "ingress",
      {
        accountId: settings.accountId,
        tunnelId: this.tunnelId,
        source: "cloudflare",
        config: { ingresses: ingress.map((rule) => ({ ...rule })) },
      },
      this.options,
    );
  }

  private records({ settings, names, domain }: EdgePlan) {
    for (const name of names) {
      new DnsRecord(
        `dns-${name === domain ? "apex" : name.slice(0, -domain.length - 1)}`,
        {
          zoneId: settings.zoneId,
          name,
          type: "CNAME",
          content: pulumi.interpolate`${this.tunnelId}.cfargotunnel.com`,
          proxied: true,
          ttl: 1, // "automatic", the only value that a proxied record may have
          comment: "KiteStacks",
        },
        this.options,
      );
    }
  }

  private zone({ settings, redirect }: EdgePlan) {
    const { zoneId } = settings;
    for (const [settingId, value] of Object.entries(settings.zoneSettings)) {
      new ZoneSetting(`zone-${settingId}`, { zoneId, settingId, value }, this.options);
    }
    if (redirect !== undefined) new Ruleset("redirects", redirectRules(zoneId, redirect), this.options);
  }
}

/** Format of cloudflared's own token type: base64 of JSON with account, tunnel and secret. */
function connectorToken(account: string, tunnel: string, secret: string): string {
  return Buffer.from(JSON.stringify({ a: account, t: tunnel, s: secret })).toString("base64");
}

function redirectRules(zoneId: string, { from, to }: { readonly from: string; readonly to: string }) {
  return {
    zoneId,
    kind: "zone",
    phase: "http_request_dynamic_redirect",
    name: "KiteStacks redirects",
    rules: [
      {
        // Without a ref the rules get new ids, and a difference, at every change.
        ref: "www_to_apex",
        action: "redirect",
        expression: `(http.host eq "${from}")`,
        description: `${from} to ${to}`,
        enabled: true,
        actionParameters: {
          fromValue: {
            statusCode: 301,
            preserveQueryString: true,
            targetUrl: { expression: `concat("https://${to}", http.request.uri.path)` },
          },
        },
      },
    ],
  };
}
