import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { referencesIn } from "../catalogue/text.ts";
import { SettingsError } from "../settings/problem.ts";
import { makePlan } from "./make-plan.ts";
import { refuseValuesInUse } from "./secrets-in-use.ts";
import { exampleSettings } from "./testing.ts";

function refusal(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof SettingsError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

const { services } = exampleSettings();
const planWith = (...secretsInUse: readonly string[]) =>
  makePlan(exampleSettings({ secretsInUse }), catalogue);

describe("a secret that an older install uses", () => {
  test("is marked in the plan, which still counts it among the secrets", () => {
    const { generated } = planWith("forgejo.secretKey");
    expect(generated.filter(({ inUse }) => inUse).map(({ name }) => name)).toEqual(["forgejo.secretKey"]);
    expect(generated.length).toBe(planWith().generated.length);
  });

  test("must be one that there is", () => {
    const [line = ""] = refusal(() => planWith("forgejo.secret"));
    expect(line).toMatch(
      /^Pulumi\.cloud\.yaml: kitestacks:inUse\.forgejo\.secret: there is no such generated secret; use one of .*forgejo\.secretKey/,
    );
  });

  test("is not made anew as well", () => {
    const settings = exampleSettings({
      secretsInUse: ["grafana.oidc"],
      services: { ...services, rotate: { "grafana.oidc": "2026-12" } },
    });
    expect(refusal(() => makePlan(settings, catalogue))).toEqual([
      "Pulumi.cloud.yaml: kitestacks:inUse.grafana.oidc: the value in use is kept, and made anew as well; take out either this or kitestacks:services.rotate.grafana.oidc",
    ]);
  });
});

describe("its value", () => {
  test("may have any printable character where it stands alone", () => {
    refuseValuesInUse(planWith("forgejo.secretKey"), { "forgejo.secretKey": "a+b/c=$;'\"#" });
  });

  test("is refused without being shown where it could not be meant", () => {
    const plan = planWith("forgejo.secretKey");
    for (const value of ["", "two words", "hunter2\n", "schlüssel"]) {
      const [line = ""] = refusal(() => refuseValuesInUse(plan, { "forgejo.secretKey": value }));
      expect(line).toBe(
        "Pulumi.cloud.yaml: kitestacks:inUse.forgejo.secretKey: other characters than printable ones without spaces (value not shown); change it in the service first, or take the entry out",
      );
    }
  });

  test("has no special characters where it is a part of a URL or a file", () => {
    const name = insideAUrl();
    refuseValuesInUse(planWith(name), { [name]: "plain-value_1.~" });
    const [line = ""] = refusal(() => refuseValuesInUse(planWith(name), { [name]: "p@ss:word" }));
    expect(line).toContain("other characters than letters, digits and . _ ~ -, which it needs inside a text");
    expect(line).not.toContain("p@ss");
  });

  test.each(secretsOfSteps())("has none where a first-run step puts it into a script: %s", (name) => {
    const plan = planWith(name);
    refuseValuesInUse(plan, { [name]: "plain-value_1.~" });
    for (const value of ["it's", 'a"1', "$x", "a\\1", "a`b", "a;b", "a=b"]) {
      const lines = refusal(() => refuseValuesInUse(plan, { [name]: value }));
      expect(lines).toEqual([
        `Pulumi.cloud.yaml: kitestacks:inUse.${name}: other characters than letters, digits and . _ ~ -, which it needs inside a text (value not shown); change it in the service first, or take the entry out`,
      ]);
    }
  });
});

function secretsOfSteps(): readonly string[] {
  const inputs = makePlan(exampleSettings(), catalogue).hub.steps.flatMap(({ input }) => referencesIn(input));
  return [...new Set(inputs.flatMap((it) => (it.ref === "secret" ? [it.name] : [])))];
}

/** Some generated secret that a container finds within a longer text. */
function insideAUrl(): string {
  const plan = planWith();
  for (const { name } of plan.generated)
    if (refusal(() => refuseValuesInUse(plan, { [name]: "a@b" })).length > 0) return name;
  throw new Error("no generated secret is part of a longer text any more");
}
