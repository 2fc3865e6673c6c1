import * as pulumi from "@pulumi/pulumi";
import type { SharedOutputs } from "./hub.ts";
import type { Lookup } from "./resolve.ts";

/**
 * What a member knows of the hub: one secret output, through one stack reference, never the other way round.
 * Throws when the hub's stack has not been brought up yet.
 */
export async function hubReference(hub: string, member: string): Promise<Lookup> {
  // A state back end without accounts has one organization, called "organization".
  const path = `${pulumi.getOrganization()}/${pulumi.getProject()}/${hub}`;
  const reference = new pulumi.StackReference("hub", { name: path });
  const { secretValue } = await reference.getOutputDetails("shared");
  if (secretValue === undefined) {
    throw new Error(
      `${member} needs the hub's secrets and address, and the stack ${path} has no output "shared" yet. ` +
        `Bring the hub up first: pulumi up --stack ${hub}`,
    );
  }
  const shared = reference.requireOutput("shared") as pulumi.Output<SharedOutputs>;
  return {
    secret: (name) => shared.apply(({ secrets }) => required(secrets[name], `secret "${name}"`, hub)),
    // The address is no secret by itself; it only travels with them.
    address: () => pulumi.unsecret(shared.apply(({ address }) => address)),
  };
}

function required(value: string | undefined, what: string, hub: string): string {
  if (value === undefined) {
    throw new Error(
      `The hub's stack does not offer the ${what}. Bring it up to date: pulumi up --stack ${hub}`,
    );
  }
  return value;
}
