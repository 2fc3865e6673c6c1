import { problemsOf } from "./explain.ts";
import type { Problem } from "./problem.ts";
import { fault, faultOf, nearest } from "./schema/fault.ts";
import { unknownKey } from "./schema/forms.ts";
import {
  commonSections,
  encrypted,
  optionalSections,
  pulumiKeys,
  type SectionName,
  type Sections,
  sections,
} from "./schema.ts";
import { secretKeys } from "./secrets.ts";
import type { Role } from "./settings.ts";
import { at, type Fields, isFields, parseYaml } from "./yaml.ts";

/** One stack file as far as it could be read: rules across files still hold for what is there. */
export interface StackFile {
  /** `Pulumi.<name>.yaml`. */
  readonly file: string;
  readonly name: string;
  /** As written, so that a file with other faults still counts as hub or member. */
  readonly role: Role | undefined;
  readonly sections: Sections;
  /** The config as written, for rules that look at what did not parse. */
  readonly config: Fields;
  /** Keys of the secrets that the file holds, without the namespace. */
  readonly secrets: readonly string[];
  readonly problems: readonly Problem[];
}

const namespace = "kitestacks:";

export const fileOf = (stack: string): string => `Pulumi.${stack}.yaml`;

export const stackOf = (file: string): string | undefined => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];

const hostName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function readStackFile(file: string, source: string): StackFile {
  const { top = {}, problems: syntax } = parseYaml(file, source);
  const config = isFields(top["config"]) ? top["config"] : {};
  const written = at(config, `${namespace}host`, "role");
  const role = written === "hub" || written === "member" ? written : undefined;
  const names = Object.keys(config).filter((key) => !key.startsWith("pulumi:"));
  const parsed = parseSections(file, config, role);
  return {
    file,
    name: stackOf(file) ?? "",
    role,
    sections: parsed.sections,
    config,
    secrets: secretKeys.filter((key) => encrypted.safeParse(config[namespace + key]).success),
    problems: [
      ...nameProblems(file),
      ...syntax,
      ...(syntax.length > 0 ? [] : topProblems(file, top)),
      ...names.flatMap((key) => keyProblems(file, key, config[key], role)),
      ...parsed.problems,
      ...(isFields(top["config"]) ? missingSections(file, config, role) : []),
    ],
  };
}

function nameProblems(file: string): Problem[] {
  const name = stackOf(file);
  if (name === undefined)
    return [
      { file, key: "", wrong: "not the name of a stack file", remedy: "rename it to Pulumi.<host>.yaml" },
    ];
  if (hostName.test(name)) return [];
  return [
    {
      file,
      key: "",
      wrong: `${name} is not a host name`,
      remedy:
        "rename the file, with lower-case letters, digits and dashes only (a stack is named after its host)",
    },
  ];
}

function topProblems(file: string, top: Fields): Problem[] {
  const strangers = Object.keys(top).filter((key) => !pulumiKeys.some((known) => known === key));
  const unknown = strangers.map((key) => ({ file, key, ...faultOf(unknownKey(key, pulumiKeys)) }));
  if (isFields(top["config"]) || strangers.some((key) => nearest(key, ["config"]) !== undefined))
    return unknown;
  return [
    ...unknown,
    { file, key: "config", wrong: "missing", remedy: "add config: with the host's settings" },
  ];
}

/** Every key that is not a section to be parsed. Values stay out of the messages: they may be secrets. */
function keyProblems(file: string, key: string, value: unknown, role: Role | undefined): Problem[] {
  const problem = (message: string): Problem[] => [{ file, key, ...faultOf(message) }];
  if (!key.startsWith(namespace)) return problem(foreignKey(key));
  const name = key.slice(namespace.length);
  const isSecret = secretKeys.includes(name);
  if (!isSecret && !(name in sections)) return problem(unknownSetting(name, role));
  if (role === "member" && name !== "host") return problem(hubOnly(name));
  if (!isSecret) return [];
  const parsed = encrypted.safeParse(value);
  if (parsed.success) return [];
  return problem(parsed.error.issues[0]?.message ?? fault("not a stored secret", "set it again")).map(
    (found) => ({
      ...found,
      remedy: `${found.remedy}, then: ${setCommand(name, stackOf(file) ?? "")}`,
    }),
  );
}

export const setCommand = (key: string, stack: string): string =>
  `pulumi config set --secret ${namespace}${key} --stack ${stack}`;

function foreignKey(key: string): string {
  const bare = key.includes(":") ? undefined : key;
  if (bare !== undefined && (bare in sections || secretKeys.includes(bare)))
    return fault("without its namespace", `write ${namespace}${bare}`);
  return fault(
    "of another namespace",
    `remove it, every setting is a ${namespace} key (providers get their settings from the program)`,
  );
}

function unknownSetting(name: string, role: Role | undefined): string {
  const known = role === "member" ? ["host"] : [...Object.keys(sections), ...secretKeys];
  const similar = nearest(name, known);
  const remedy =
    similar === undefined
      ? `remove it, known are ${known.join(", ")}`
      : `did you mean ${namespace}${similar}?`;
  return fault("unknown", remedy);
}

function hubOnly(name: string): string {
  const wrong =
    name in commonSections
      ? "a setting of all hosts in a member's file"
      : "a setting of the hub in a member's file";
  return fault(wrong, "keep it in the hub's file only");
}

/** A member's file may hold `host` only; a hub's all. Where the role is unknown, all are read. */
function parseSections(file: string, config: Fields, role: Role | undefined) {
  const parsed: Sections = {};
  const problems: Problem[] = [];
  const read = <Name extends SectionName>(name: Name): void => {
    const key = namespace + name;
    if (!(key in config)) return;
    const result = sections[name].safeParse(config[key]);
    if (result.success) Object.assign(parsed, { [name]: result.data });
    else problems.push(...problemsOf(file, key, config[key], result.error.issues));
  };
  const wanted = Object.keys(sections) as SectionName[];
  for (const name of wanted) if (role !== "member" || name === "host") read(name);
  if (role === "hub") fillDefaults(parsed, config);
  return { sections: parsed, problems };
}

function fillDefaults(parsed: Sections, config: Fields): void {
  if (!(`${namespace}network` in config)) parsed.network = sections.network.parse({});
  if (!(`${namespace}services` in config)) parsed.services = sections.services.parse({});
}

function missingSections(file: string, config: Fields, role: Role | undefined): Problem[] {
  const needed = role === "hub" ? (Object.keys(sections) as SectionName[]) : (["host"] as const);
  return needed
    .filter((name) => !optionalSections.includes(name) && !(namespace + name in config))
    .map((name) => ({
      file,
      key: namespace + name,
      ...faultOf(fault("missing", `add ${sections[name].description}`)),
    }));
}
