import type { Catalogue } from "../catalogue/catalogue.ts";
import type { SecretFact } from "../catalogue/service.ts";
import type { Problem } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";
import type { GeneratedSecret } from "./plan.ts";

/** Everything the hub generates, or would without a value that is in use, in the order of the catalogue. */
export function generatedSecrets(settings: Settings, catalogue: Catalogue): readonly GeneratedSecret[] {
  return secretFacts(catalogue).map(({ name, fact }) => ({
    name,
    form: fact.form,
    label: settings.services.rotate[name],
    inUse: settings.secretsInUse.includes(name),
    rotation: fact.rotation,
    purpose: fact.purpose,
  }));
}

/** A secret is made anew only where that is enough: what a database remembers would lock its users out. */
export function rotationProblems(
  settings: Settings,
  catalogue: Catalogue,
  hubFile: string,
): readonly Problem[] {
  const facts = new Map(secretFacts(catalogue).map(({ name, fact }) => [name, fact]));
  const hasStep = (name: string) =>
    catalogue.some(({ firstRun = [] }) => firstRun.some(({ rotates = [] }) => rotates.includes(name)));
  return Object.entries(settings.services.rotate).flatMap(([name, label]) => {
    const at = { file: hubFile, key: `kitestacks:services.rotate.${name}`, value: label };
    const fact = facts.get(name);
    if (fact === undefined) {
      const known = [...facts.keys()].filter((key) => facts.get(key)?.rotation === "restart" || hasStep(key));
      return [
        { ...at, wrong: "there is no such generated secret", remedy: `use one of ${known.join(", ")}` },
      ];
    }
    if (fact.rotation === "restart" || hasStep(name)) return [];
    return [{ ...at, ...refusal[fact.rotation](fact) }];
  });
}

const refusal = {
  never: ({ purpose }: SecretFact) => ({
    wrong: `it can never be changed: it ${purpose}, which nobody could read any more`,
    remedy: "take the entry out",
  }),
  step: ({ purpose }: SecretFact) => ({
    wrong: `the running service remembers the old one (${purpose}), and no step can tell it the new one`,
    remedy: "take the entry out; such a password is changed in the service itself",
  }),
};

function secretFacts(catalogue: Catalogue) {
  return catalogue.flatMap((service) =>
    Object.entries(service.secrets ?? {}).map(([key, fact]) => ({ name: `${service.name}.${key}`, fact })),
  );
}
