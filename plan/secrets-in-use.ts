import { partsOf, referencesIn, type Text } from "../catalogue/text.ts";
import { type Problem, SettingsError } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";
import { fileOf } from "../settings/stack-file.ts";
import type { GeneratedSecret, Plan } from "./plan.ts";

/** A value in use must be one of a secret that there is, and such a secret is not made anew as well. */
export function inUseProblems(
  settings: Settings,
  generated: readonly GeneratedSecret[],
  hubFile: string,
): readonly Problem[] {
  const known = generated.map(({ name }) => name);
  return settings.secretsInUse.flatMap((name) => {
    const problem = { file: hubFile, key: `kitestacks:inUse.${name}` };
    if (!known.includes(name))
      return [
        { ...problem, wrong: "there is no such generated secret", remedy: `use one of ${known.join(", ")}` },
      ];
    if (settings.services.rotate[name] === undefined) return [];
    return [
      {
        ...problem,
        wrong: "the value in use is kept, and made anew as well",
        remedy: `take out either this or kitestacks:services.rotate.${name}`,
      },
    ];
  });
}

/**
 * Judges the values themselves, which only a run of the hub's stack knows. What we generate has no special characters;
 * what a person brings may have them only where the value stands alone, not inside a URL, a file or a first-run script.
 * @throws SettingsError naming every value that would not do, and never the value
 */
export function refuseValuesInUse(plan: Plan, values: Readonly<Record<string, string>>): void {
  const inside = secretsInsideTexts(plan);
  const problems = Object.entries(values).flatMap(([name, value]) => {
    const allowed = inside.has(name) ? plainCharacters : printable;
    if (allowed.form.test(value)) return [];
    return [
      {
        file: fileOf(plan.hub.name),
        key: `kitestacks:inUse.${name}`,
        wrong: `other characters than ${allowed.words} (value not shown)`,
        remedy: "change it in the service first, or take the entry out",
      },
    ];
  });
  if (problems.length > 0) throw new SettingsError(problems);
}

const printable = { form: /^[\x21-\x7e]+$/, words: "printable ones without spaces" };
const plainCharacters = {
  form: /^[\w.~-]+$/,
  words: "letters, digits and . _ ~ -, which it needs inside a text",
};

/** Secrets that are a part of a larger text: of a URL, of a configuration file, of a script. */
function secretsInsideTexts(plan: Plan): ReadonlySet<string> {
  const texts = plan.hosts.flatMap(({ containers, steps }) => [
    ...containers.flatMap(({ environment, files }): readonly Text[] => [
      ...Object.values(environment).filter((value) => partsOf(value).length > 1),
      ...files.map(({ content }) => content),
    ]),
    ...steps.map(({ input }) => input),
  ]);
  return new Set(
    texts.flatMap((text) => referencesIn(text).flatMap((it) => (it.ref === "secret" ? [it.name] : []))),
  );
}
