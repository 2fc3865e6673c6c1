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
    mayChange: mayChange(catalogue, name, fact),
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
  return Object.entries(settings.services.rotate).flatMap(([name, label]) => {
    const at = { file: hubFile, key: `kitestacks:services.rotate.${name}`, value: label };
    const fact = facts.get(name);
    if (fact === undefined) {
      const known = [...facts].filter(([key, one]) => mayChange(catalogue, key, one)).map(([key]) => key);
      return [
        { ...at, wrong: "there is no such generated secret", remedy: `use one of ${known.join(", ")}` },
      ];
    }
    if (mayChange(catalogue, name, fact)) return [];
    return [
      fact.rotation === "never"
        ? {
            ...at,
            wrong: `it can never be changed: ${boundTo(fact)}`,
            remedy: "take the entry out",
          }
        : {
            ...at,
            wrong: boundTo(fact),
            remedy: "take the entry out; such a password is changed in the service itself",
          },
    ];
  });
}

/** Another value is enough, or a step tells the running service. */
function mayChange(catalogue: Catalogue, name: string, { rotation }: SecretFact): boolean {
  return (
    rotation === "restart" ||
    catalogue.some(({ firstRun = [] }) => firstRun.some(({ rotates = [] }) => rotates.includes(name)))
  );
}

/** Why a secret that cannot be made anew must stay as it is. */
export function boundTo({ rotation, purpose }: Pick<SecretFact, "rotation" | "purpose">): string {
  return rotation === "never"
    ? `it ${purpose}, which nobody could read any more`
    : `the running service remembers the old one (${purpose}), and no step can tell it the new one`;
}

function secretFacts(catalogue: Catalogue) {
  return catalogue.flatMap((service) =>
    Object.entries(service.secrets ?? {}).map(([key, fact]) => ({ name: `${service.name}.${key}`, fact })),
  );
}
