import { catalogue } from "../../catalogue/catalogue.ts";
import { valuesInUse } from "../../components/program-config.ts";
import { makePlan } from "../../plan/make-plan.ts";
import type { Plan } from "../../plan/plan.ts";
import { refuseValuesInUse } from "../../plan/secrets-in-use.ts";
import { loadStackFiles, readSettings } from "../../settings/read.ts";
import { accountTokens } from "../../settings/secrets.ts";
import { type OpenOptions, openRealStack } from "./real-stack.ts";
import type { StackAccess } from "./stack-access.ts";

/** A real stack with everything that a command asks of it. */
export interface PlannedStack {
  readonly plan: Plan;
  readonly stack: StackAccess;
  /** Values by key of what a person gave: the stack's secrets, and the accounts' tokens of the environment before them. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Opens a stack once its settings are in order. The form of a secret can be judged only then, because only the stack
 * opens it; it counts as a setting all the same.
 * @throws SettingsError, and what `openRealStack` throws
 */
export async function openPlannedStack(
  name: string,
  projectDir: string,
  options: OpenOptions = {},
): Promise<PlannedStack> {
  const files = loadStackFiles(projectDir);
  const environment = { ...process.env, ...options.environment };
  const plan = makePlan(readSettings({ files, stack: name, environment }), catalogue);
  const stack = await openRealStack(name, projectDir, options);
  try {
    const secretValues = await stack.secrets();
    readSettings({ files, stack: name, environment, secretValues });
    refuseValuesInUse(plan, valuesInUse(secretValues["inUse"]));
    return { plan, stack, secrets: { ...secretValues, ...accountTokens(environment) } };
  } catch (error) {
    await stack.close();
    throw error;
  }
}
