import { expect, it } from "vitest";
import { describe as describeProblem, SettingsError } from "./problem.ts";

const problem = {
  file: "Pulumi.home.yaml",
  key: "kitestacks:host.ramMiB",
  wrong: "missing",
  remedy: "add it",
};

it("names file, key, value and remedy", () => {
  expect(describeProblem({ ...problem, value: "16GB" })).toBe(
    'Pulumi.home.yaml: kitestacks:host.ramMiB is "16GB": missing; add it',
  );
  expect(describeProblem(problem)).toBe("Pulumi.home.yaml: kitestacks:host.ramMiB: missing; add it");
  expect(describeProblem({ ...problem, key: "" })).toBe("Pulumi.home.yaml: missing; add it");
});

it("counts the problems and lists each on a line of its own", () => {
  const [one, ...lines] = new SettingsError([problem, { ...problem, key: "" }]).message.split("\n");
  expect(one).toBe("2 settings are wrong; nothing was created.");
  expect(lines).toHaveLength(2);
});
