import { Provider as CloudflareProvider } from "@pulumi/cloudflare/provider.js";
import { Provider as HcloudProvider } from "@pulumi/hcloud/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import { Provider as TailscaleProvider } from "@pulumi/tailscale/provider.js";
import type { Settings } from "../settings/settings.ts";
import { find } from "./resolve.ts";

/**
 * The providers of the three accounts. A token that is in the environment stays there: its provider finds it by
 * itself, and neither the program nor the state ever holds it.
 */
export class Accounts {
  readonly #settings: Settings;
  readonly #provided: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(settings: Settings, provided: Readonly<Record<string, pulumi.Output<string>>>) {
    this.#settings = settings;
    this.#provided = provided;
  }

  cloudflare(options: pulumi.ResourceOptions): CloudflareProvider {
    return new CloudflareProvider("cloudflare", this.#token("apiToken", "cloudflareApiToken"), options);
  }

  hcloud(options: pulumi.ResourceOptions): HcloudProvider {
    return new HcloudProvider("hcloud", this.#token("token", "hcloudToken"), options);
  }

  tailscale(options: pulumi.ResourceOptions): TailscaleProvider {
    const { oauthClientId } = this.#settings.tailnet;
    const secret = this.#token("oauthClientSecret", "tailscaleOauthSecret");
    return new TailscaleProvider("tailscale", { oauthClientId, ...secret }, options);
  }

  #token<Argument extends string>(
    argument: Argument,
    key: string,
  ): Partial<Record<Argument, pulumi.Output<string>>> {
    if (this.#settings.tokensFromEnvironment.includes(key)) return {};
    return { [argument]: find("provided secret", this.#provided, key) } as Record<
      Argument,
      pulumi.Output<string>
    >;
  }
}
