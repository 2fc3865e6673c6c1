import * as pulumi from "@pulumi/pulumi";
import { Acl } from "@pulumi/tailscale/acl.js";
import { getAclOutput } from "@pulumi/tailscale/getAcl.js";
import type { Provider } from "@pulumi/tailscale/provider.js";
import { parsePolicyText } from "../formats/tailnet-policy.ts";
import type { Plan } from "../plan/plan.ts";
import { adoptionRefusal, notCarried } from "../plan/policy-adoption.ts";
import { fileOf } from "../settings/stack-file.ts";

/** Who may reach what on the tailnet. There is one policy, and the hub's stack owns it. */
export class Tailnet extends pulumi.ComponentResource {
  readonly policy: Acl;

  constructor(
    name: string,
    args: { readonly plan: Plan; readonly provider: Provider },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kitestacks:tailnet:Tailnet", name, {}, opts);
    const { plan, provider } = args;
    // Tabs, because the provider compares with the API's own formatting.
    const acl = JSON.stringify(plan.tailnet.policy, null, "\t");
    const options = { parent: this, provider, protect: true };
    this.policy =
      plan.settings.tailnet.policy === "create"
        ? new Acl("policy", { acl }, options)
        : new Acl(
            "policy",
            { acl: this.existing(plan, provider) },
            // As it is: the next `up`, with `policy: create`, shows the change before it makes it.
            { ...options, import: "acl", ignoreChanges: ["acl"] },
          );
    this.registerOutputs();
  }

  /** The policy in force; refuses while it holds what the settings do not carry, which would get lost. */
  private existing(plan: Plan, provider: Provider): pulumi.Output<string> {
    return getAclOutput({ parent: this, provider }).apply(({ hujson }) => {
      const lost = notCarried(parsePolicyText(hujson), plan.tailnet.policy);
      if (lost.length === 0) return hujson;
      throw new Error(adoptionRefusal(lost, fileOf(plan.hub.name)));
    });
  }
}
