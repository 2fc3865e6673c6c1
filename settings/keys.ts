import { problemsOf } from "./explain.ts";
import type { Problem } from "./problem.ts";
import { encrypted } from "./schema/encrypted.ts";
import { fault, faultOf, nearest } from "./schema/fault.ts";
import { commonSections, sections } from "./schema.ts";
import { providedSecrets, secretKeys } from "./secrets.ts";
import type { Role } from "./settings.ts";

export const namespace = "kitestacks:";

/** What sets a secret; it asks for the value. */
export const setCommand = (key: string, stack: string): string =>
  `pulumi config set --secret ${namespace}${key} --stack ${stack}`;

/** Every way to give a secret that is missing; ends in the command, so that it can be copied to the end of the line. */
export function waysToGive(key: string, stack: string): string {
  const variable = providedSecrets.find((secret) => secret.key === key)?.variable;
  const elsewhere = variable === undefined ? "" : `have ${variable} in the environment, or: `;
  return elsewhere + setCommand(key, stack);
}

export const isSecret = (key: string): boolean => secretKeys.includes(key.slice(namespace.length));

/** What is wrong with a key of the config that is no section to be parsed. Its value stays out: it may be a secret. */
export function keyProblems(file: string, key: string, role: Role | undefined): Problem[] {
  if (key.startsWith("pulumi:")) return [];
  const name = key.slice(namespace.length);
  const isOurs = key.startsWith(namespace) && (Object.hasOwn(sections, name) || isSecret(key));
  if (isOurs && (role !== "member" || name === "host")) return [];
  return [{ file, key, ...faultOf(isOurs ? hubOnly(name) : strangeKey(key, role)) }];
}

/** A secret must stand in the file as Pulumi encrypted it. */
export function secretProblems(
  where: { readonly file: string; readonly stack: string; readonly role: Role | undefined },
  key: string,
  value: unknown,
): Problem[] {
  const parsed = encrypted.safeParse(value);
  if (parsed.success) return [];
  const again =
    where.role === "member" ? "" : `, then: ${setCommand(key.slice(namespace.length), where.stack)}`;
  return problemsOf(where.file, key, undefined, parsed.error.issues).map((problem) => ({
    ...problem,
    remedy: problem.remedy + again,
  }));
}

/** The key of the namespace that a stranger most likely stands for. */
export function meantBy(key: string, role: Role | undefined): string | undefined {
  const known = role === "member" ? ["host"] : [...Object.keys(sections), ...secretKeys];
  if (key.startsWith(namespace)) {
    const name = nearest(key.slice(namespace.length), known);
    return name && namespace + name;
  }
  return known.includes(key) ? namespace + key : undefined;
}

function strangeKey(key: string, role: Role | undefined): string {
  const meant = meantBy(key, role);
  if (key.startsWith(namespace))
    return fault(
      "unknown",
      meant === undefined ? `remove it, known are ${knownKeys(role)}` : `did you mean ${meant}?`,
    );
  if (meant !== undefined) return fault("without its namespace", `write ${meant}`);
  return fault(
    "of another namespace",
    `remove it, every setting is a ${namespace} key (providers get their settings from the program)`,
  );
}

const knownKeys = (role: Role | undefined): string =>
  (role === "member" ? ["host"] : [...Object.keys(sections), ...secretKeys]).join(", ");

function hubOnly(name: string): string {
  const whose = Object.hasOwn(commonSections, name) ? "all hosts" : "the hub";
  return fault(`a setting of ${whose} in a member's file`, "keep it in the hub's file only");
}
