import { expect, test } from "vitest";
import { addressOf, resolve, text } from "../../catalogue/text.ts";
import { readBlueprint } from "../../operations/sign-on/read-blueprint.ts";
import { env, find, Later, yamlText } from "./yaml.ts";

test("text without references is a plain string, with its comment in front", () => {
  expect(yamlText({ key: env("NAME"), other: "a: b" }, "Why it\nis there.")).toBe(
    '# Why it\n# is there.\nkey: !Env NAME\nother: "a: b"\n',
  );
});

test("references stay where they stand, several of them, and more than ten", () => {
  const urls = Array.from({ length: 12 }, (_, i) => new Later(text`https://${addressOf(`host-${i}`)}:9443/`));
  const yaml = yamlText({ urls }, "One per host.");
  const shown = resolve(yaml, (it) => (it.ref === "address" ? it.host.replace("host-", "100.64.0.") : ""));
  const lines = shown.split("\n").filter((line) => line.includes("https"));
  expect(lines).toEqual(urls.map((_, i) => `  - https://100.64.0.${i}:9443/`));
});

test("long look-ups stay on one line, and parse again", () => {
  const value = find("authentik_crypto.certificatekeypair", "name", "authentik Self-signed Certificate");
  const yaml = yamlText(
    { version: 1, metadata: { name: "x" }, entries: [{ model: "a.b", attrs: { one: value, two: value } }] },
    "Twice the same.",
  );
  expect(typeof yaml).toBe("string");
  const [entry] = readBlueprint(String(yaml)).entries;
  expect(entry?.attrs["one"]).toEqual(entry?.attrs["two"]);
});
