import { describe, expect, test } from "vitest";
import { makePlan } from "../plan/make-plan.ts";
import { exampleHost, exampleSettings } from "../plan/testing.ts";
import { catalogue } from "./catalogue.ts";
import { resolve, type Text } from "./text.ts";

/** What was learnt from the programs themselves, and cannot be seen in this repository. */
const settings = exampleSettings();

function container(name: string, given = settings) {
  const found = makePlan(given, catalogue).hub.containers.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the hub runs no ${name}`);
  return found;
}

const plain = (value: Text | undefined) =>
  value === undefined ? undefined : resolve(value, (one) => (one.ref === "secret" ? one.name : one.host));

describe("the first administrator's address", () => {
  const theirs = Object.fromEntries(
    makePlan(settings, catalogue).hub.containers.flatMap(({ name, environment }) =>
      Object.entries(environment)
        .filter(([, value]) => plain(value) === settings.site.adminEmail)
        .map(([key]) => [name, key]),
    ),
  );

  test("is Authentik's, and otherwise only where accounts of one address become one", () => {
    // Open WebUI links accounts by address (OAUTH_MERGE_ACCOUNTS_BY_EMAIL). Grafana and OpenProject refuse the second.
    expect(theirs).toEqual({
      "authentik-worker": "AUTHENTIK_BOOTSTRAP_EMAIL",
      "kite-openwebui": "WEBUI_ADMIN_EMAIL",
    });
    expect(container("kite-openwebui").environment["OAUTH_MERGE_ACCOUNTS_BY_EMAIL"]).toBe("True");
  });

  test("so OpenProject's local administrator has one of its own, and Grafana's keeps admin@localhost", () => {
    expect(container("openproject").environment["OPENPROJECT_SEED_ADMIN_USER_MAIL"]).toBe(
      "admin@openproject.example.org",
    );
    expect(container("grafana").environment["GF_SECURITY_ADMIN_EMAIL"]).toBeUndefined();
  });
});

test("Karakeep asks only for models that its gateway offers, for pictures too", () => {
  for (const profile of ["full", "lite"] as const) {
    const hosts = [exampleHost({ name: "cloud", role: "hub", profile }), exampleHost({})];
    const { environment } = container("karakeep", exampleSettings({ hosts }));
    for (const key of ["INFERENCE_TEXT_MODEL", "INFERENCE_IMAGE_MODEL"]) {
      expect(settings.services.models).toContain(plain(environment[key]));
    }
  }
});

test("OpenProject gets both names of a person over OIDC, because Authentik sends no family name", () => {
  const services = { ...settings.services, openprojectLogin: "oidc" as const };
  const { environment } = container("openproject", exampleSettings({ services }));
  expect(environment).toMatchObject({
    OPENPROJECT_OPENID__CONNECT_AUTHENTIK_ATTRIBUTE__MAP_FIRST__NAME: "name",
    OPENPROJECT_OPENID__CONNECT_AUTHENTIK_ATTRIBUTE__MAP_LAST__NAME: "preferred_username",
  });
});

test("OpenProject's seeds end with an error at a key they do not know", () => {
  const known =
    "host port security tls_verify tls_certificate sync_users filter basedn binduser bindpassword login_mapping firstname_mapping lastname_mapping mail_mapping admin_mapping groupfilter";
  // Two underscores stand for one, one for a level of nesting.
  const keys = Object.keys(container("openproject").environment).flatMap((key) => {
    const [, rest] = /^OPENPROJECT_SEED_LDAP_AUTHENTIK_(.+)$/.exec(key) ?? [];
    return rest === undefined ? [] : [rest.toLowerCase().replaceAll("__", "_")];
  });
  expect(keys.length).toBeGreaterThan(0);
  expect(known.split(" ")).toEqual(expect.arrayContaining(keys));
});

test("Open WebUI is the slim image: the full one loads an embedding model at its start, with any settings", () => {
  const { image, environment } = container("kite-openwebui");
  expect(image).toMatchObject({ reference: expect.stringMatching(/-slim$/) });
  // Without a vector store of its own it could not take in a file either.
  expect(environment["BYPASS_EMBEDDING_AND_RETRIEVAL"]).toBe("True");
});

test("Grafana fetches nothing from the Internet at its start", () => {
  expect(container("grafana").environment).toMatchObject({
    GF_PLUGINS_PREINSTALL_DISABLED: "true",
    GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
  });
});

test("Karakeep waits until Meilisearch answers", () => {
  expect(container("meilisearch").health?.test.slice(0, 2)).toEqual(["CMD", "curl"]);
  expect(container("karakeep").needs).toContain("meilisearch");
});
