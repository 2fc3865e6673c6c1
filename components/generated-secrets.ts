import * as pulumi from "@pulumi/pulumi";
import type { Provider } from "@pulumi/random/provider.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { GeneratedSecret } from "../plan/plan.ts";
import { fromHex, secretBytes } from "./secret-bytes.ts";

/** Every generated secret of the system, made once on the hub; its outputs are secret by themselves. */
export class GeneratedSecrets extends pulumi.ComponentResource {
  /** Values by name, e.g. `grafana.oidc`. */
  readonly values: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(
    name: string,
    args: {
      readonly secrets: readonly GeneratedSecret[];
      /** Values that are in use already, by name; those are not generated. */
      readonly inUse: Readonly<Record<string, string>>;
      readonly provider: Provider;
    },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("kitestacks:secrets:Generated", name, {}, opts);
    const options = { parent: this, provider: args.provider };
    this.values = Object.fromEntries(
      args.secrets.map((secret) => {
        const given = args.inUse[secret.name];
        return [secret.name, given === undefined ? generate(secret, options) : pulumi.secret(given)];
      }),
    );
    this.registerOutputs();
  }
}

function generate(
  { name, form, label }: GeneratedSecret,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const keepers = label === undefined ? {} : { keepers: { label } };
  // Special characters would need quoting in YAML, JSON, URLs and shells; length makes up for them.
  if (form.kind === "password") {
    return new RandomPassword(name, { length: form.length, special: false, ...keepers }, options).result;
  }
  const digits = secretBytes(name, form.length, keepers, options);
  return form.kind === "hex" ? digits : digits.apply((text) => fromHex(text, "base64url"));
}
