import { fileOf } from "../settings/stack-file.ts";
import type { GeneratedSecret } from "./plan.ts";
import { boundTo } from "./secrets.ts";

/** Values of secrets by name. */
export interface Values {
  /** What the last `up` handed out. */
  readonly inForce: Readonly<Record<string, string>>;
  /** What this one would; undefined for what it makes anew. */
  readonly made: Readonly<Record<string, string | undefined>>;
}

/** Why a run must not go on: generated secrets that cannot be made anew would be. Undefined where all of them stay. */
export function lostSecrets(
  secrets: readonly GeneratedSecret[],
  values: Values,
  hub: string,
): string | undefined {
  const lost = secrets.filter(
    (secret) => !secret.inUse && !secret.mayChange && isAnother(secret.name, values),
  );
  if (lost.length === 0) return undefined;
  const [what, them] = lost.length === 1 ? ["secret", "it"] : ["secrets", "them"];
  return [
    `${lost.length} generated ${what} cannot be made anew, and would be; nothing that uses ${them} was changed.`,
    ...lost.map((secret) => `  ${secret.name}: ${boundTo(secret)}`),
    `Keep what is in force: npm run keep-secrets -- --stack ${hub} ${lost.map(({ name }) => `--secret ${name}`).join(" ")}`,
    `It goes into kitestacks:inUse in ${fileOf(hub)}, encrypted; a value of your own there is taken as it is.`,
  ].join("\n");
}

/** Keys of stored data that a person gave another value: meant perhaps, and then never without a word. */
export function replacedKeys(secrets: readonly GeneratedSecret[], values: Values): string | undefined {
  const replaced = secrets.filter(
    ({ name, inUse, rotation }) => inUse && rotation === "never" && isAnother(name, values),
  );
  if (replaced.length === 0) return undefined;
  return [
    "kitestacks:inUse has other values than the last up had:",
    ...replaced.map((secret) => `  ${secret.name}: ${boundTo(secret)}`),
  ].join("\n");
}

/** A secret that nothing had before is no other one. */
function isAnother(name: string, { inForce, made }: Values): boolean {
  return inForce[name] !== undefined && made[name] !== inForce[name];
}
