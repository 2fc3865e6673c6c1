import { expect, test } from "vitest";
import { providedSecrets } from "../settings/secrets.ts";
import { madeUpSecrets } from "./made-up-secrets.ts";

test.each(providedSecrets.map((secret) => [secret.key, secret] as const))(
  "the made-up %s has the form that the settings ask for",
  (key, { form }) => {
    expect(form(madeUpSecrets("seed")[key] ?? "")).toBeUndefined();
  },
);

test("another seed makes other secrets, the same one the same", () => {
  expect(madeUpSecrets("a")).toEqual(madeUpSecrets("a"));
  expect(madeUpSecrets("a")["hcloudToken"]).not.toBe(madeUpSecrets("b")["hcloudToken"]);
});
