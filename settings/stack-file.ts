import { problemsOf } from "./explain.ts";
import { isSecret, keyProblems, meantBy, namespace, secretProblems } from "./keys.ts";
import { plainSecrets } from "./plain-secrets.ts";
import type { Problem } from "./problem.ts";
import { fault, faultOf, nearest } from "./schema/fault.ts";
import { unknownKey } from "./schema/forms.ts";
import {
  optionalSections,
  pulumiKeys,
  type SectionName,
  type Sections,
  sectionNames,
  sections,
} from "./schema.ts";
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
  readonly problems: readonly Problem[];
}

export const fileOf = (stack: string): string => `Pulumi.${stack}.yaml`;

const stackOf = (file: string): string | undefined => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];

const hostName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function readStackFile(file: string, source: string): StackFile {
  const { top, problems: syntax, differing } = parseYaml(file, source, shownSections);
  const config = isFields(top?.["config"]) ? top["config"] : {};
  const written = at(config, `${namespace}host`, "role");
  const role = written === "hub" || written === "member" ? written : undefined;
  const name = stackOf(file) ?? "";
  const keys = Object.keys(config);
  const parsed = parseSections(file, config, role);
  const problems = [
    ...nameProblems(file),
    ...syntax,
    ...(top === undefined ? [] : topProblems(file, top)),
    ...keys.flatMap((key) => keyProblems(file, key, role)),
    ...keys.filter(isSecret).flatMap((key) => secretProblems({ file, stack: name, role }, key, config[key])),
    ...plainSecrets(file, config),
    ...parsed.problems,
    ...(isFields(top?.["config"]) ? missingSections(file, config, role) : []),
  ];
  return { file, name, role, sections: parsed.sections, config, problems: onePerPlace(problems, differing) };
}

/** Their values may be repeated in an error. */
const shownSections = sectionNames.filter((name) => name !== "inUse").map((name) => namespace + name);

/** What Pulumi reads differently explains what else is wrong there, but repeats no value that another problem leaves out. */
function onePerPlace(problems: readonly Problem[], differing: readonly Problem[]): readonly Problem[] {
  const isHidden = ({ key, value }: Problem): boolean =>
    value !== undefined &&
    problems.some(
      (other) => other.value === undefined && (key === other.key || key.startsWith(`${other.key}.`)),
    );
  const kept = differing.filter((problem) => !isHidden(problem));
  return [...problems.filter(({ key }) => !kept.some((problem) => problem.key === key)), ...kept];
}

function nameProblems(file: string): Problem[] {
  const name = stackOf(file);
  if (name === undefined || file !== fileOf(name))
    return [
      {
        file,
        key: "",
        wrong: "not the name of a stack file",
        remedy: `rename it to ${fileOf(name ?? "<host>")}`,
      },
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

/** A member's file may hold `host` only; a hub's all. Where the role is unknown, all are read. */
function parseSections(file: string, config: Fields, role: Role | undefined) {
  const parsed: Sections = {};
  const problems: Problem[] = [];
  const read = <Name extends SectionName>(name: Name): void => {
    const key = namespace + name;
    if (!(key in config)) return;
    const result = sections[name].safeParse(config[key]);
    if (result.success) Object.assign(parsed, { [name]: result.data });
    // Where values in use belong, even a wrong value is none to be shown.
    else
      problems.push(
        ...problemsOf(file, key, name === "inUse" ? undefined : config[key], result.error.issues),
      );
  };
  for (const name of sectionNames) if (role !== "member" || name === "host") read(name);
  fillDefaults(parsed, config);
  return { sections: parsed, problems };
}

/** A section that may be left out has a default for each of its keys. */
function fillDefaults(parsed: Sections, config: Fields): void {
  if (!(`${namespace}network` in config)) parsed.network = sections.network.parse({});
  if (!(`${namespace}services` in config)) parsed.services = sections.services.parse({});
  if (!(`${namespace}drift` in config)) parsed.drift = sections.drift.parse({});
  if (!(`${namespace}inUse` in config)) parsed.inUse = {};
}

/** Without those that stand there under a mistyped key, which is a problem of its own. */
function missingSections(file: string, config: Fields, role: Role | undefined): Problem[] {
  const needed = role === "hub" ? sectionNames : (["host"] as const);
  const present = Object.keys(config).map((key) => meantBy(key, role) ?? key);
  return needed
    .filter((name) => !optionalSections.includes(name) && !present.includes(namespace + name))
    .map((name) => ({
      file,
      key: namespace + name,
      ...faultOf(fault("missing", `add ${sections[name].description}`)),
    }));
}
