import * as pulumi from "@pulumi/pulumi";
import { invoke, serializeProperty, unknownValue, unwrapRpcSecret } from "@pulumi/pulumi/runtime/index.js";
import type { GeneratedSecret } from "../plan/plan.ts";
import { lostSecrets, replacedKeys } from "../plan/secrets-in-force.ts";

type Values = Readonly<Record<string, string>>;

/**
 * The secrets that the last `up` of this stack that came to its end handed out; none before the first. Asked of the
 * engine directly: a stack reference would put a copy of them all into the stack's own state.
 */
async function valuesInForce(): Promise<Values> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { outputs } = await invoke("pulumi:pulumi:readStackOutputs", { name });
  const { shared } = unwrapRpcSecret(outputs) as { readonly shared?: { readonly secrets: Values } };
  return shared?.secrets ?? {};
}

/**
 * Fails where a generated secret that cannot be made anew would have another value than the one in force; to be waited
 * for before anything is registered that uses one. The engine alone sees nothing in it: a resource of another type, or
 * one that the state has lost, is made, and the old one deleted.
 * @throws Error naming every secret that would be lost, in a preview too
 */
export async function refuseLost(
  values: Readonly<Record<string, pulumi.Output<string>>>,
  secrets: readonly GeneratedSecret[],
): Promise<void> {
  const made = await Promise.all(
    Object.entries(values).map(async ([name, value]) => [name, await known(value)] as const),
  );
  const both = { inForce: await valuesInForce(), made: Object.fromEntries(made) };
  const lost = lostSecrets(secrets, both, pulumi.getStack());
  if (lost !== undefined) throw new Error(lost);
  const replaced = replacedKeys(secrets, both);
  if (replaced !== undefined) await pulumi.log.warn(replaced);
}

/** What an output holds; nothing where only an `up` makes it. */
async function known(output: pulumi.Output<string>): Promise<string | undefined> {
  const value = unwrapRpcSecret(await serializeProperty("secret", output));
  return value === unknownValue ? undefined : value;
}
