import { describe, expect, test } from "vitest";
import { isSecret } from "../../catalogue/text.ts";
import { BlueprintTag } from "../../operations/sign-on/read-blueprint.ts";
import {
  entriesOf,
  findsOf,
  readFiles,
  tagsIn,
  workers,
} from "../../operations/sign-on/testing-blueprints.ts";
import { exampleHost, exampleSettings } from "../testing.ts";

const [worker] = workers();
const files = readFiles(worker);
const entries = files.flatMap(({ name, blueprint }) => blueprint.entries.map((entry) => ({ name, entry })));

describe("files", () => {
  test("lie beside Authentik's own, where its user reads them", () => {
    expect(files.map(({ file }) => file.path)).toEqual([
      "/blueprints/custom/10-prerequisites.yaml",
      "/blueprints/custom/20-groups.yaml",
      "/blueprints/custom/25-no-bootstrap-token.yaml",
      "/blueprints/custom/30-scopes.yaml",
      ...["forgejo", "grafana", "karakeep", "kavita", "open-webui", "portainer"].map(
        (name) => `/blueprints/custom/40-${name}.yaml`,
      ),
      "/blueprints/custom/50-tiles.yaml",
      "/blueprints/custom/60-ldap.yaml",
      "/blueprints/custom/61-ldap-token.yaml",
    ]);
    for (const { file } of files) expect([file.owner, file.mode ?? "0644"]).toEqual([1000, "0644"]);
  });

  test("are the same on every worker, whatever runs beside it", () => {
    const hosts = [
      exampleHost({ name: "cloud", role: "hub", tailnetAddress: undefined }),
      exampleHost({}),
      exampleHost({ name: "attic", profile: "lite", tailnetAddress: "100.64.0.9" }),
    ];
    const [first, ...others] = workers(exampleSettings({ hosts }));
    expect(others).toHaveLength(2);
    for (const other of others) expect(other.files).toEqual(first?.files);
    const redirects = entriesOf(readFiles(first), "authentik_providers_oauth2.oauth2provider").find(
      ({ identifiers }) => identifiers["name"] === "portainer",
    )?.attrs["redirect_uris"];
    // The lite host leaves Portainer out.
    expect(redirects).toEqual(
      ["https://100.100.100.100:9443/", "https://100.64.0.1:9443/"].map((url) => ({
        matching_mode: "strict",
        redirect_uri_type: "authorization",
        url,
      })),
    );
  });

  test("hold no secret, and every variable they take is a secret one of the worker", () => {
    for (const { file } of files) expect(isSecret(file.content)).toBe(false);
    const variables = tagsIn(files.map(({ blueprint }) => blueprint)).filter(({ tag }) => tag === "!Env");
    expect(new Set(variables.map(({ args }) => args[0])).size).toBe(8);
    for (const { args } of variables) {
      const value = worker?.environment[String(args[0])];
      expect(value !== undefined && isSecret(value), String(args[0])).toBe(true);
    }
    const secrets = [
      ...entriesOf(files, "authentik_providers_oauth2.oauth2provider").map(
        ({ attrs }) => attrs["client_secret"],
      ),
      ...entriesOf(files, "authentik_core.token")
        .filter(({ state }) => state !== "absent")
        .map(({ attrs }) => attrs["key"]),
    ];
    expect(secrets).toHaveLength(8);
    for (const value of secrets) expect(value).toMatchObject({ tag: "!Env" });
  });

  test("carry names of their own, under which Authentik lists them", () => {
    const names = files.map(({ blueprint }) => blueprint.metadata.name);
    expect(new Set(names).size).toBe(files.length);
    for (const name of names) expect(name).toMatch(/^KiteStacks - /);
  });
});

describe("entries", () => {
  test.each(entries.map(({ name, entry }, i) => [`${name} ${i} ${entry.model}`, entry] as const))(
    "%s: identifiers find it, and no field stands in both places",
    (_, { model, identifiers, attrs }) => {
      const keys = Object.keys(identifiers);
      if (model !== "authentik_blueprints.metaapplyblueprint") expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) expect(Object.keys(attrs)).not.toContain(key);
    },
  );

  test("!KeyOf names an earlier entry of the same file", () => {
    for (const { blueprint } of files) {
      const seen: string[] = [];
      for (const { id, ...entry } of blueprint.entries) {
        for (const { tag, args } of tagsIn(entry)) if (tag === "!KeyOf") expect(seen).toContain(args[0]);
        if (id !== undefined) seen.push(id);
      }
    }
  });

  test("what !Find looks up is Authentik's own and asked for, or made by an earlier file", () => {
    const asked = entriesOf(files, "authentik_blueprints.metaapplyblueprint").map(
      ({ attrs }) => `${JSON.stringify(attrs["identifiers"])} ${String(attrs["required"])}`,
    );
    expect(asked).toEqual([
      '{"name":"System - OAuth2 Provider - Scopes"} true',
      '{"name":"Default - Authentication flow"} true',
      '{"name":"Default - Provider authorization flow (implicit consent)"} true',
      '{"name":"Default - Provider invalidation flow"} true',
    ]);
    const ours = entries.map(({ entry }) => Object.values(entry.identifiers)[0]);
    const looked = new Set(findsOf(entries).map(({ args }) => String((args[1] as unknown[])[1])));
    expect([...looked].filter((value) => !ours.includes(value)).sort()).toEqual([
      "Outpost kitestacks-ldap Service-Account",
      "akadmin",
      "authentik Self-signed Certificate",
      "default-authentication-flow",
      "default-provider-authorization-implicit-consent",
      "default-provider-invalidation-flow",
      "goauthentik.io/providers/oauth2/scope-openid",
      "goauthentik.io/providers/oauth2/scope-profile",
    ]);
  });

  test("none asks for Authentik's bootstrap: it would bring a deleted akadmin back, with its first password", () => {
    const asked = entriesOf(files, "authentik_blueprints.metaapplyblueprint");
    expect(JSON.stringify(asked)).not.toMatch(/bootstrap/i);
  });

  test("only one file applies other blueprints along with itself", () => {
    const applying = entries.filter(({ entry }) => entry.model === "authentik_blueprints.metaapplyblueprint");
    expect(new Set(applying.map(({ name }) => name))).toEqual(new Set(["10-prerequisites.yaml"]));
  });
});

test("the token of akadmin that older installs made is deleted, and passed over where it is not there", () => {
  const absent = entries.filter(({ entry }) => entry.state === "absent");
  expect(absent).toEqual([
    {
      name: "25-no-bootstrap-token.yaml",
      entry: expect.objectContaining({
        model: "authentik_core.token",
        identifiers: { identifier: "authentik-bootstrap-token" },
        conditions: [
          new BlueprintTag("!Find", ["authentik_core.token", ["identifier", "authentik-bootstrap-token"]]),
        ],
      }),
    },
  ]);
  expect(Object.keys(worker?.environment ?? {})).not.toContain("AUTHENTIK_BOOTSTRAP_TOKEN");
});

describe("groups", () => {
  const groups = entriesOf(files, "authentik_core.group");

  test("are made once, so that nobody who was put in by hand is taken out again", () => {
    for (const { state, attrs } of groups) if ("users" in attrs) expect(state).toBe("created");
    expect(groups.map(({ identifiers, state }) => [identifiers["name"], state])).toEqual([
      ["kitestacks-admins", "created"],
      ["kitestacks-admins", "created"],
      ["kitestacks-users", "created"],
      ["kitestacks-ldap-search", "present"],
    ]);
  });

  test("of administrators alone are superusers; the first administrator is in, where there is one", () => {
    const superusers = groups.filter(({ attrs }) => attrs["is_superuser"] === true);
    expect(superusers.map(({ identifiers }) => identifiers["name"])).toEqual([
      "kitestacks-admins",
      "kitestacks-admins",
    ]);
    const akadmin = new BlueprintTag("!Find", ["authentik_core.user", ["username", "akadmin"]]);
    expect(superusers[0]).toMatchObject({ conditions: [akadmin], attrs: { users: [akadmin] } });
    expect(superusers[1]).toMatchObject({ conditions: [], attrs: { is_superuser: true } });
  });
});
