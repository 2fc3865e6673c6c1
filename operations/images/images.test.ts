import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { catalogue } from "../../catalogue/catalogue.ts";
import { exampleSettings } from "../../plan/testing.ts";
import { goodFiles } from "../../settings/fixtures/bad-cases.ts";
import { readSettings } from "../../settings/read.ts";
import { apiServer } from "../testing/api-server.ts";
import { lockedImages, withImages } from "./lock.ts";
import { parseReference } from "./reference.ts";
import { digestOf } from "./registry.ts";

const root = resolve(import.meta.dirname, "../..");
const digest = `sha256:${"0a".repeat(32)}`;

test.each([
  ["redis:7.2-alpine", "registry-1.docker.io", "library/redis", "7.2-alpine"],
  ["grafana/grafana:13.2.3", "registry-1.docker.io", "grafana/grafana", "13.2.3"],
  ["docker.io/library/redis:8", "registry-1.docker.io", "library/redis", "8"],
  ["ghcr.io/a/b/c:v1", "ghcr.io", "a/b/c", "v1"],
  ["registry.example.com:5000/redis:8", "registry.example.com:5000", "redis", "8"],
])("%s", (reference, registry, repository, tag) => {
  expect(parseReference(reference)).toEqual({ registry, repository, tag, digest: undefined });
  expect(parseReference(`${reference}@${digest}`)).toEqual({ registry, repository, tag, digest });
});

/** A registry that wants the token that anybody gets. */
const registry = () => {
  const server = apiServer(({ path, headers, query }) => {
    if (path === "/token") return { json: { token: `for ${query.get("scope")}` } };
    const [, repository = ""] = /^\/v2\/(.+)\/manifests\//.exec(path) ?? [];
    if (repository.includes("gone")) return { status: 404 };
    const scope = `repository:${repository}:pull`;
    if (headers.authorization !== `Bearer for ${scope}`)
      return {
        status: 401,
        headers: { "www-authenticate": `Bearer realm="${url}/token",service="here",scope="${scope}"` },
      };
    return { headers: { "docker-content-digest": digest } };
  });
  let url = "";
  return server.then((started) => {
    url = started.url;
    return started;
  });
};

test("the digest of a tag, with the token that the registry names", async () => {
  const { url, asked } = await registry();
  expect(await digestOf("grafana/grafana:13.2.3", () => url)).toBe(digest);
  expect(asked[0]).toMatchObject({ method: "HEAD", path: "/v2/grafana/grafana/manifests/13.2.3" });
  expect(asked[0]?.headers.accept).toMatch(/^application\/vnd\.oci\.image\.index\.v1\+json, /);
});

test("a tag that is not there, a registry that is not reached", async () => {
  const { url } = await registry();
  await expect(digestOf("a/gone:1", () => url)).rejects.toThrow(
    "a/gone:1: registry-1.docker.io has no such image or tag",
  );
  await expect(digestOf("a/b:1", () => "http://127.0.0.1:1")).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(
      /^registry-1\.docker\.io does not answer \(.+\); nothing was written\. Digests can only be asked for online$/,
    ),
  });
});

test("every image of the catalogue is pinned, an override is kept, an old digest is not", async () => {
  const { url } = await registry();
  const settings = exampleSettings();
  const images = { redis: `redis:9@sha256:${"1b".repeat(32)}` };
  const locked = await lockedImages({ services: { ...settings.services, images } }, catalogue, () => url);
  expect(Object.keys(locked)).toEqual(catalogue.map(({ name }) => name));
  expect(locked["redis"]).toBe(`redis:9@${digest}`);
  expect(locked["homepage"]).toMatch(/^nginx:.+@sha256:/);
});

test("the stack file keeps its comments and is read as before", async () => {
  const files = goodFiles("two-hosts");
  const text = `# mine\n${files["Pulumi.cloud.yaml"]}`;
  const changed = withImages(text, {
    redis: `redis:8.2.1@${digest}`,
    grafana: `grafana/grafana:13.2.3@${digest}`,
  });
  expect(changed).toMatch(/^# mine\n/);
  const settings = readSettings({ files: { ...files, "Pulumi.cloud.yaml": changed }, stack: "home" });
  expect(settings.services.images).toEqual({
    redis: `redis:8.2.1@${digest}`,
    grafana: `grafana/grafana:13.2.3@${digest}`,
  });
  const before = readSettings({ files, stack: "home" });
  expect({ ...settings, services: { ...settings.services, images: {} } }).toEqual({
    ...before,
    services: { ...before.services, images: {} },
  });
});

test("Renovate finds every image of the catalogue", () => {
  const { customManagers } = z
    .object({
      customManagers: z.array(
        z.object({ matchStrings: z.array(z.string()), depNameTemplate: z.string().default("") }),
      ),
    })
    .parse(JSON.parse(readFileSync(join(root, "renovate.json"), "utf8")));
  const texts = ["catalogue", ".forgejo/workflows"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => readFileSync(join(root, folder, name), "utf8")),
  );
  const found = customManagers
    .flatMap(({ matchStrings, depNameTemplate }) =>
      matchStrings.map((pattern) => ({ pattern: new RegExp(pattern, "g"), depNameTemplate })),
    )
    .flatMap(({ pattern, depNameTemplate }) =>
      texts
        .flatMap((text) => [...text.matchAll(pattern)])
        .map(({ groups }) => `${groups?.["depName"] ?? depNameTemplate}:${groups?.["currentValue"]}`),
    );
  for (const { image } of catalogue) {
    const reference = "reference" in image ? image.reference : image.base;
    const known = reference.startsWith("ghcr.io/goauthentik/")
      ? `ghcr.io/goauthentik/server:${reference.split(":")[1]}`
      : reference;
    expect(found).toContain(known);
  }
  expect(found).toContain("actions/checkout:v4.2.2");
});
