import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { catalogue } from "../../catalogue/catalogue.ts";
import { withImages } from "./lock.ts";

const root = resolve(import.meta.dirname, "../..");
const digest = `sha256:${"0a".repeat(32)}`;
const { customManagers } = z
  .object({
    customManagers: z.array(
      z.object({
        managerFilePatterns: z.array(z.string().regex(/^\/.+\/$/)),
        matchStrings: z.array(z.string()),
        matchStringsStrategy: z.enum(["any", "recursive"]).default("any"),
        depNameTemplate: z.string().default(""),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(root, "renovate.json"), "utf8")));

type Manager = (typeof customManagers)[number];

/** What Renovate takes from one file. */
function dependencies(path: string, text: string): string[] {
  return customManagers
    .filter(({ managerFilePatterns }) =>
      managerFilePatterns.some((one) => RegExp(one.slice(1, -1)).test(path)),
    )
    .flatMap((manager) => matches(manager, text).map((match) => inWords(manager, match)));
}

const matches = ({ matchStrings, matchStringsStrategy }: Manager, text: string) =>
  matchStringsStrategy === "recursive"
    ? inside(matchStrings, text)
    : matchStrings.flatMap((pattern) => inside([pattern], text));

/** Each pattern is looked for in what the one before it found. */
function inside([pattern = "", ...rest]: readonly string[], text: string): RegExpExecArray[] {
  const found = [...text.matchAll(new RegExp(pattern, "g"))];
  return rest.length === 0 ? found : found.flatMap(([whole]) => inside(rest, whole));
}

function inWords({ depNameTemplate }: Manager, { groups = {} }: RegExpExecArray): string {
  const pinned = groups["currentDigest"] === undefined ? "" : `@${groups["currentDigest"]}`;
  return `${groups["depName"] ?? depNameTemplate}:${groups["currentValue"]}${pinned}`;
}

const ofFolder = (folder: string) =>
  readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    return path.includes(".test.") ? [] : dependencies(path, readFileSync(join(root, path), "utf8"));
  });

const reference = ({ image }: (typeof catalogue)[number]) =>
  "reference" in image ? image.reference : image.base;

test("Renovate finds every image of the catalogue, and the actions of the workflows", () => {
  const found = [...ofFolder("catalogue"), ...ofFolder(".forgejo/workflows")];
  for (const service of catalogue) {
    const own = reference(service);
    const known = own.startsWith("ghcr.io/goauthentik/")
      ? `ghcr.io/goauthentik/server:${own.split(":")[1]}`
      : own;
    expect(found).toContain(known);
  }
  expect(found.some((one) => one.startsWith("actions/checkout:v4.2.2@"))).toBe(true);
});

test("Renovate finds every image that images:lock writes, with its digest, and nothing else in the stack file", () => {
  const [hub = ""] = readdirSync(root).filter(
    (name) => /^Pulumi\..+\.yaml$/.test(name) && readFileSync(join(root, name), "utf8").includes("role: hub"),
  );
  const text = readFileSync(join(root, hub), "utf8");
  expect(dependencies(hub, text)).toEqual([]);
  const locked = Object.fromEntries(
    catalogue.map((service) => [service.name, `${reference(service)}@${digest}`]),
  );
  expect(dependencies(hub, withImages(text, locked))).toEqual(Object.values(locked));
});

test.each([
  ['images: { grafana: "docker.io/grafana/grafana:13.1.2", redis: redis:8 }'],
  [
    "images: # ours\n      grafana: 'docker.io/grafana/grafana:13.1.2'\n      redis: redis:8 # older on purpose",
  ],
])("Renovate finds overrides that somebody wrote by hand: %j", (images) => {
  const text = `config:\n  kitestacks:services:\n    ${images}\n    openprojectLogin: ldap\n  kitestacks:tailnet:\n    tag: tag:kitestacks\n`;
  expect(dependencies("Pulumi.cloud.yaml", text)).toEqual(["docker.io/grafana/grafana:13.1.2", "redis:8"]);
});
