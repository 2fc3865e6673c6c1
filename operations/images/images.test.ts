import { expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { exampleSettings } from "../../plan/testing.ts";
import { goodFiles } from "../../settings/fixtures/bad-cases.ts";
import { readSettings } from "../../settings/read.ts";
import { apiServer } from "../testing/api-server.ts";
import { differingOverrides, lockedImages, withImages } from "./lock.ts";
import { parseReference } from "./reference.ts";
import { digestOf } from "./registry.ts";

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

test("overrides with another tag than the catalogue's are named, a digest alone is no difference", () => {
  const grafana = catalogue.find(({ name }) => name === "grafana")?.image;
  const own = grafana !== undefined && "reference" in grafana ? grafana.reference : "";
  const images = { redis: `redis:9@${digest}`, grafana: `${own}@${digest}`, homepage: "nginx:1.0" };
  const { services } = exampleSettings();
  const lines = differingOverrides({ services: { ...services, images } }, catalogue);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^homepage: services\.images says nginx:1\.0, the catalogue nginx:1\.2/);
  expect(lines[1]).toMatch(
    /^redis: services\.images says redis:9, the catalogue redis:[^@]+\. Take the entry out of services\.images to follow the catalogue, then lock again\.$/,
  );
  expect(differingOverrides({ services: { ...services, images: {} } }, catalogue)).toEqual([]);
});

const services = (lines: string) =>
  `config:
  kitestacks:tailnet:
    admins: [a, b] # who
  # kitestacks:network:
  #   subnet: 172.30.0.0/24

  kitestacks:services:
    # which are split
    acceptSplitData: [forgejo]
${lines}    # rotate: {}

  # kitestacks:drift:
  #   ignore: []
  kitestacks:server: { mode: none }
`;

test.each([
  ["without any", "    openprojectLogin: ldap # or oidc\n", "    openprojectLogin: ldap # or oidc\n"],
  ["in braces", '    images: { redis: "redis:7" }\n', ""],
  ["in lines", "    images:\n      redis: redis:7\n", ""],
])("images are put into the stack file %s, and no other line is touched", (_, before, left) => {
  const changed = withImages(services(before), { redis: `redis:8@${digest}`, grafana: `a/b:1@${digest}` });
  expect(changed).toBe(
    services(`${left}    images:\n      redis: redis:8@${digest}\n      grafana: a/b:1@${digest}\n`),
  );
});

test("services in braces become lines", () => {
  const text = "config:\n  kitestacks:services: { openprojectLogin: ldap }\n";
  expect(withImages(text, { redis: `redis:8@${digest}` })).toBe(
    `config:\n  kitestacks:services:\n    openprojectLogin: ldap\n    images:\n      redis: redis:8@${digest}\n`,
  );
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
