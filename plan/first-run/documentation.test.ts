import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { referencesIn } from "../../catalogue/text.ts";
import { makePlan } from "../make-plan.ts";
import { exampleSettings } from "../testing.ts";

const documentation = readFileSync(new URL("../../docs/first-run.md", import.meta.url), "utf8");
const rows = documentation.split("\n").filter((line) => line.startsWith("| `"));

const { hub } = makePlan(exampleSettings(), catalogue);

test.each([hub.guard, ...hub.steps].map((step) => [step.name, step] as const))(
  "docs/first-run.md tells the secrets and the limit of %s",
  (name, { input, limitSeconds }) => {
    const row = rows.find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toContain(`| ${limitSeconds} s |`);
    const secrets = referencesIn(input).flatMap((one) => (one.ref === "secret" ? [one.name] : []));
    const told = row?.split("|")[4] ?? "";
    expect([...told.matchAll(/`([^`]+)`/g)].map(([, secret]) => secret)).toEqual([...new Set(secrets)]);
  },
);

test("docs/first-run.md names the one program that gets a secret as an argument, and to whom it is visible", () => {
  const scripts = readdirSync(new URL("scripts/", import.meta.url)).filter((file) => file.endsWith(".sh"));
  const withArguments = scripts.filter((file) => {
    const text = readFileSync(new URL(`scripts/${file}`, import.meta.url), "utf8");
    return /--(password|secret) "\$/.test(text);
  });
  expect(withArguments).toEqual(["forgejo-oauth.sh"]);
  const named = documentation.slice(documentation.indexOf("One named exception is left"));
  expect(named).toContain("visible to everybody on the host");
  for (const command of ["admin auth add-oauth", "admin auth update-oauth"])
    expect(named).toContain(`\`forgejo ${command}\``);
  expect(documentation).not.toContain("to root on the host");
});

test("docs/first-run.md lists what may be made anew through a step", () => {
  const sentence =
    /what a step can tell its service: ([^.]+\.[^.]+\.[^.]+\.[^.]+\.[^.]+)\. Bring/s.exec(
      documentation,
    )?.[1] ?? "";
  const told = [...sentence.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
  const rotated = catalogue.flatMap(({ firstRun = [] }) => firstRun.flatMap(({ rotates = [] }) => rotates));
  expect(told.toSorted()).toEqual(rotated.toSorted());
});
