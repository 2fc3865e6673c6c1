import { describe, expect, test } from "vitest";
import { resolve } from "../../catalogue/text.ts";
import { BlueprintTag } from "../../operations/sign-on/read-blueprint.ts";
import { entriesOf, readFiles, workers } from "../../operations/sign-on/testing-blueprints.ts";

const files = readFiles(workers()[0]);
const providers = entriesOf(files, "authentik_providers_oauth2.oauth2provider");
const find = (model: string, field: string, value: string) =>
  new BlueprintTag("!Find", [model, [field, value]]);
const scope = (field: string, value: string) => find("authentik_providers_oauth2.scopemapping", field, value);
const signingKey = find("authentik_crypto.certificatekeypair", "name", "authentik Self-signed Certificate");

describe.each(providers.map((entry) => [String(entry.identifiers["name"]), entry] as const))(
  "the provider of %s",
  (_, { attrs, conditions }) => {
    test("names its grant types, which are none otherwise", () => {
      expect(attrs["grant_types"]).toEqual(["authorization_code", "refresh_token"]);
    });

    test("is confidential, with an issuer of its own", () => {
      expect(attrs["client_type"]).toBe("confidential");
      expect(attrs["issuer_mode"]).toBe("per_provider");
    });

    test("signs with the key pair, and is not made without it: that would mean HS256", () => {
      expect(attrs["signing_key"]).toEqual(signingKey);
      expect(conditions).toContainEqual(signingKey);
      expect(conditions).toContainEqual(attrs["client_secret"]);
    });

    test("has both flows; the one for logouts is required", () => {
      expect(attrs["authorization_flow"]).toEqual(
        find("authentik_flows.flow", "slug", "default-provider-authorization-implicit-consent"),
      );
      expect(attrs["invalidation_flow"]).toEqual(
        find("authentik_flows.flow", "slug", "default-provider-invalidation-flow"),
      );
    });

    test("compares redirect URIs letter by letter, and they are plain https", () => {
      const uris = attrs["redirect_uris"] as readonly Record<string, string>[];
      expect(uris.map((uri) => uri["redirect_uri_type"])).toContain("authorization");
      for (const uri of uris) {
        expect(uri["matching_mode"]).toBe("strict");
        expect(["authorization", "logout"]).toContain(uri["redirect_uri_type"]);
        // Brackets make Authentik's discovery answer 500 to requests with an Origin.
        expect(uri["url"]).toMatch(/^https:\/\/[^[\]*\s]+$/);
      }
    });

    test("says that e-mail addresses are verified, by our mapping in place of Authentik's", () => {
      expect(attrs["property_mappings"]).toEqual([
        scope("managed", "goauthentik.io/providers/oauth2/scope-openid"),
        scope("name", "kitestacks verified email"),
        scope("managed", "goauthentik.io/providers/oauth2/scope-profile"),
      ]);
    });
  },
);

test("the way back after a logout is registered where an application has one", () => {
  const logouts = providers.map(({ identifiers, attrs }) => {
    const uris = attrs["redirect_uris"] as readonly Record<string, string>[];
    const back = uris.filter((uri) => uri["redirect_uri_type"] === "logout").map(({ url }) => url);
    return [identifiers["name"], back];
  });
  expect(Object.fromEntries(logouts)).toMatchObject({
    kavita: ["https://kavita.example.org/signout-callback-oidc"],
    grafana: [],
  });
});

test("the mapping of the e-mail scope claims verified addresses", () => {
  expect(entriesOf(files, "authentik_providers_oauth2.scopemapping")).toEqual([
    expect.objectContaining({
      identifiers: { name: "kitestacks verified email" },
      attrs: expect.objectContaining({
        scope_name: "email",
        expression: 'return {"email": request.user.email, "email_verified": True}',
      }),
    }),
  ]);
});

describe("the LDAP directory", () => {
  const [provider] = entriesOf(files, "authentik_providers_ldap.ldapprovider");
  const [outpost] = entriesOf(files, "authentik_outposts.outpost");
  const [bind, outpostToken] = entriesOf(files, "authentik_core.token").filter(
    ({ state }) => state === "present",
  );

  test("runs Authentik's login at every bind and caches nothing", () => {
    expect(provider?.attrs).toMatchObject({
      authorization_flow: find("authentik_flows.flow", "slug", "default-authentication-flow"),
      bind_mode: "direct",
      search_mode: "direct",
      // Otherwise nobody with a one-time code could bind.
      mfa_support: true,
    });
  });

  test("is searched by the bind account alone, through a role on this provider", () => {
    expect(provider?.permissions).toEqual([
      {
        permission: "authentik_providers_ldap.search_full_directory",
        role: new BlueprintTag("!KeyOf", ["role"]),
      },
    ]);
    const [user] = entriesOf(files, "authentik_core.user");
    // Without a password of its own: each application would set it anew.
    expect(user?.attrs).toEqual({
      name: "OpenProject LDAP search",
      type: "service_account",
      groups: [new BlueprintTag("!KeyOf", ["searchers"])],
    });
  });

  test("gives the bind account its password as an app password that never expires", () => {
    expect(bind?.attrs).toMatchObject({
      key: new BlueprintTag("!Env", ["KS_LDAP_BIND_PASSWORD"]),
      intent: "app_password",
      expiring: false,
    });
  });

  test("is served by one outpost that Authentik does not deploy itself", () => {
    expect(outpost?.attrs).toMatchObject({
      type: "ldap",
      service_connection: null,
      providers: [new BlueprintTag("!KeyOf", ["provider"])],
      config: { authentik_host: "http://authentik:9000/" },
    });
  });

  test("knows the outpost's token in advance: ours is put into the one that Authentik made", () => {
    const theOutpost = find("authentik_outposts.outpost", "name", "kitestacks-ldap");
    const account = find("authentik_core.user", "name", "Outpost kitestacks-ldap Service-Account");
    expect(outpostToken).toMatchObject({
      conditions: [theOutpost, account, new BlueprintTag("!Env", ["KS_LDAP_OUTPOST_TOKEN"])],
      identifiers: { identifier: new BlueprintTag("!Format", ["ak-outpost-%s-api", theOutpost]) },
      attrs: { user: account, intent: "api", expiring: false },
    });
    // In a file of its own: a mistake in it must not undo the directory.
    expect(files.at(-1)?.blueprint.entries).toHaveLength(1);
    expect(resolve(files.at(-1)?.file.content ?? "", () => "")).toContain("!Env KS_LDAP_OUTPOST_TOKEN");
  });
});
