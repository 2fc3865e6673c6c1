import { readFileSync } from "node:fs";
import * as api from "@goauthentik/api";
import { describe, expect, test } from "vitest";
import { authentikVersion } from "../../catalogue/authentik-settings.ts";
import { findsOf, type ReadEntry, readFiles, workers } from "../../operations/sign-on/testing-blueprints.ts";
import { exampleSettings } from "../testing.ts";

/** A model as Authentik's own API description has it, which its blueprints share. */
interface Model {
  readonly read: (json: unknown) => object;
  readonly write: (value: never) => object;
  /** Whether everything required is there. */
  readonly isComplete: (value: object) => boolean;
  /** Fields that blueprints may set and the API may not, from upstream's page “Models”. */
  readonly blueprintOnly?: readonly string[];
}

const models: Readonly<Record<string, Model>> = {
  "authentik_core.application": {
    read: api.ApplicationRequestFromJSON,
    write: api.ApplicationRequestToJSON,
    isComplete: api.instanceOfApplicationRequest,
  },
  "authentik_core.group": {
    read: api.GroupRequestFromJSON,
    write: api.GroupRequestToJSON,
    isComplete: api.instanceOfGroupRequest,
  },
  "authentik_core.token": {
    read: api.TokenRequestFromJSON,
    write: api.TokenRequestToJSON,
    isComplete: api.instanceOfTokenRequest,
    blueprintOnly: ["key"],
  },
  "authentik_core.user": {
    read: api.UserRequestFromJSON,
    write: api.UserRequestToJSON,
    isComplete: api.instanceOfUserRequest,
  },
  "authentik_outposts.outpost": {
    read: api.OutpostRequestFromJSON,
    write: api.OutpostRequestToJSON,
    isComplete: api.instanceOfOutpostRequest,
  },
  "authentik_policies.policybinding": {
    read: api.PolicyBindingRequestFromJSON,
    write: api.PolicyBindingRequestToJSON,
    isComplete: api.instanceOfPolicyBindingRequest,
  },
  "authentik_providers_ldap.ldapprovider": {
    read: api.LDAPProviderRequestFromJSON,
    write: api.LDAPProviderRequestToJSON,
    isComplete: api.instanceOfLDAPProviderRequest,
  },
  "authentik_providers_oauth2.oauth2provider": {
    read: api.OAuth2ProviderRequestFromJSON,
    write: api.OAuth2ProviderRequestToJSON,
    isComplete: api.instanceOfOAuth2ProviderRequest,
  },
  "authentik_providers_oauth2.scopemapping": {
    read: api.ScopeMappingRequestFromJSON,
    write: api.ScopeMappingRequestToJSON,
    isComplete: api.instanceOfScopeMappingRequest,
  },
  "authentik_rbac.role": {
    read: api.RoleRequestFromJSON,
    write: api.RoleRequestToJSON,
    isComplete: api.instanceOfRoleRequest,
  },
};

/** What our files only look up. */
const lookedUp: Readonly<Record<string, Pick<Model, "write">>> = {
  ...models,
  "authentik_crypto.certificatekeypair": { write: api.CertificateKeyPairRequestToJSON },
  "authentik_flows.flow": { write: api.FlowRequestToJSON },
};

const choices: Readonly<Record<string, object>> = {
  bind_mode: api.LDAPAPIAccessMode,
  client_type: api.ClientTypeEnum,
  grant_types: api.GrantTypeEnum,
  intent: api.IntentEnum,
  issuer_mode: api.IssuerModeEnum,
  matching_mode: api.MatchingModeEnum,
  policy_engine_mode: api.PolicyEngineMode,
  redirect_uri_type: api.RedirectURITypeEnum,
  search_mode: api.LDAPAPIAccessMode,
};
const types: Readonly<Record<string, object>> = {
  "authentik_core.user": api.UserTypeEnum,
  "authentik_outposts.outpost": api.OutpostTypeEnum,
};

const services = { ...exampleSettings().services, openprojectLogin: "oidc" as const };
const files = readFiles(workers(exampleSettings({ services }))[0]);
const entries = files
  .flatMap(({ name, blueprint }) =>
    blueprint.entries.map((entry, i) => [`${name} ${i} ${entry.model}`, entry] as const),
  )
  // Not an object of the database, but an instruction.
  .filter(([, { model }]) => model !== "authentik_blueprints.metaapplyblueprint");

const fieldsOf = ({ identifiers, attrs }: ReadEntry) => ({ ...identifiers, ...attrs });

test("the API description is the one of the Authentik that we run", () => {
  const path = new URL("../../node_modules/@goauthentik/api/package.json", import.meta.url);
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ version: authentikVersion });
});

test("every model is one that Authentik names", () => {
  const names: readonly string[] = Object.values(api.ModelEnum);
  const ours = [...Object.keys(lookedUp), ...entries.map(([, { model }]) => model)];
  expect(ours.filter((model) => !names.includes(model))).toEqual([]);
});

const finds = new Set(
  findsOf(files.map(({ blueprint }) => blueprint)).map(({ args }) => {
    const [model, condition] = args as [string, readonly [string, string]];
    return `${model} by ${condition[0]}`;
  }),
);

test.each([...finds])("looks up %s, a field that Authentik knows", (find) => {
  const [model = "", field = ""] = find.split(" by ");
  expect(Object.keys(lookedUp[model]?.write({} as never) ?? {})).toContain(field);
});

describe.each(entries)("%s", (_, entry) => {
  const model = models[entry.model];
  const fields = fieldsOf(entry);

  // A field that it does not know it ignores without a word, and `ak apply_blueprint` ends with 0 (2026.8.0-rc1).
  test("has only fields that Authentik knows, and all that it requires", () => {
    expect(model).toBeDefined();
    if (model === undefined) return;
    const value = model.read(fields);
    const known = [...Object.keys(model.write(value as never)), ...(model.blueprintOnly ?? [])];
    expect(Object.keys(fields).filter((name) => !known.includes(name))).toEqual([]);
    expect(model.isComplete(value)).toBe(true);
  });

  test("chooses among the values that Authentik offers", () => {
    const redirects = (fields as { redirect_uris?: readonly object[] }).redirect_uris ?? [];
    for (const [name, value] of [fields, ...redirects].flatMap((it) => Object.entries(it))) {
      const offered = name === "type" ? types[entry.model] : choices[name];
      if (offered !== undefined)
        expect(Object.values(offered)).toEqual(expect.arrayContaining([value].flat()));
    }
  });
});
