import type { SharedOutputs } from "../../components/hub.ts";
import type { Plan } from "../../plan/plan.ts";
import { fileOf } from "../../settings/stack-file.ts";
import { usageError } from "../command.ts";
import type { StackAccess } from "../stack/stack-access.ts";

export const usage = "npm run keep-secrets -- --stack S --secret NAME...";

/**
 * Puts values in force into `kitestacks:inUse`, where they stay whatever the program would make. All or none: nothing
 * is written before every name is known to have a value.
 * @throws UsageError for a stack or a name that has nothing to keep
 */
export async function keepSecrets(stack: StackAccess, plan: Plan, names: readonly string[]): Promise<void> {
  const hub = plan.hub.name;
  if (stack.name !== hub)
    throw usageError(`the secrets are the hub's: --stack ${hub}, not ${stack.name}`, usage);
  if (names.length === 0) throw usageError("--secret is missing", usage);
  const { shared } = await stack.outputs();
  const inForce = (shared?.value as SharedOutputs | undefined)?.secrets ?? {};
  const values = names.map((name) => [name, inForceOf(name, plan, inForce)] as const);
  for (const [name, value] of values) await stack.setSecret(`kitestacks:inUse["${name}"]`, value);
}

function inForceOf(
  name: string,
  { generated, hub }: Plan,
  inForce: Readonly<Record<string, string>>,
): string {
  if (!generated.some((secret) => secret.name === name))
    throw usageError(`--secret ${name}: there is no such generated secret`, usage);
  const value = inForce[name];
  if (value === undefined)
    throw usageError(`--secret ${name}: no up of ${hub.name} has handed out a value yet`, usage);
  return value;
}

/** What was done, for people. */
export function keptText(names: readonly string[], hub: string): string {
  return [
    `Written into kitestacks:inUse in ${fileOf(hub)}, encrypted:`,
    ...names.map((name) => `- ${name}`),
    `They stay as they are from now on. What changes next: npm run report -- --stack ${hub}`,
  ].join("\n");
}
