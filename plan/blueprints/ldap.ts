import { directory, groups } from "../../catalogue/directory.ts";
import { secret, text } from "../../catalogue/text.ts";
import { accessFor, type Blueprint, type Entry, known } from "./blueprint.ts";
import { env, find, format, keyOf } from "./yaml.ts";

const outpost = "kitestacks-ldap";
const variables = { bindPassword: "KS_LDAP_BIND_PASSWORD", token: "KS_LDAP_OUTPOST_TOKEN" };

/**
 * LDAP for what cannot do OpenID Connect. Made of what upstream documents (LDAP provider, service account with the
 * right "Search full LDAP directory", outpost); its fields are checked against the API description of our version.
 * On 2026.8.0-rc1 the bind account may search through its role on this one provider, members of our groups may bind
 * and not search, and everybody else is refused.
 */
export const ldapBlueprint: Blueprint = {
  order: 60,
  name: "ldap",
  why: "Accounts as an LDAP directory, for OpenProject.",
  entries: [
    { model: "authentik_rbac.role", id: "role", identifiers: { name: "kitestacks-ldap-search" } },
    provider(),
    {
      model: "authentik_core.application",
      id: "application",
      identifiers: { slug: "ldap" },
      attrs: {
        name: "LDAP directory",
        provider: keyOf("provider"),
        policy_engine_mode: "any",
        // For programs: nobody opens it.
        meta_hide: true,
      },
    },
    ...accessFor("application", [groups.users, groups.admins]),
    // Rights reach an account through groups: since 2025.12 an account has none of its own.
    {
      model: "authentik_core.group",
      id: "searchers",
      identifiers: { name: "kitestacks-ldap-search" },
      attrs: { is_superuser: false, roles: [keyOf("role")] },
    },
    ...bindUser(),
    {
      model: "authentik_outposts.outpost",
      identifiers: { name: outpost },
      attrs: {
        type: "ldap",
        providers: [keyOf("provider")],
        // Without one Authentik deploys nothing itself: every host runs its own container.
        service_connection: null,
        // Required, though a container takes its address from its own environment.
        config: { authentik_host: "http://authentik:9000/", authentik_host_insecure: true },
      },
    },
  ],
  secrets: { [variables.bindPassword]: text`${secret("authentik-ldap.bindPassword")}` },
};

/**
 * The outpost's token, known in advance. Authentik makes account and token when it makes the outpost, with names
 * that follow from its id; this only gives that token our value, so its rights stay Authentik's business: on
 * 2026.8.0-rc1 it sees its outpost, the provider, accounts and groups, and no client. (An id of our own for the outpost
 * would be shorter, but Authentik takes the id of a blueprint as text and then asks it for `.hex`.) Its own file,
 * passed over while there is no outpost: a mistake here must not undo the directory.
 */
export const ldapTokenBlueprint: Blueprint = {
  order: 61,
  name: "ldap-token",
  why: "The token with which the LDAP containers sign on at Authentik.",
  entries: [
    {
      model: "authentik_core.token",
      conditions: [theOutpost(), outpostAccount(), env(variables.token)],
      identifiers: { identifier: format("ak-outpost-%s-api", theOutpost()) },
      attrs: { key: env(variables.token), user: outpostAccount(), intent: "api", expiring: false },
    },
  ],
  secrets: { [variables.token]: text`${secret("authentik-ldap.token")}` },
};

function provider(): Entry {
  return {
    model: "authentik_providers_ldap.ldapprovider",
    id: "provider",
    identifiers: { name: outpost },
    attrs: {
      base_dn: directory.baseDn,
      // What the outpost runs at every bind.
      authorization_flow: known.flow("default-authentication-flow"),
      invalidation_flow: known.flow("default-provider-invalidation-flow"),
      // Not cached: a changed password and a blocked account count at once.
      bind_mode: "direct",
      search_mode: "direct",
      // A person with a one-time code appends it to the password: "password;123456".
      mfa_support: true,
    },
    permissions: [{ permission: "authentik_providers_ldap.search_full_directory", role: keyOf("role") }],
  };
}

/** With an app password in place of one of its own, which every application would set anew, ending its sessions. */
function bindUser(): readonly Entry[] {
  return [
    {
      model: "authentik_core.user",
      id: "bind-user",
      identifiers: { username: directory.bindUser },
      attrs: {
        name: "OpenProject LDAP search",
        type: "service_account",
        groups: [keyOf("searchers")],
      },
    },
    {
      model: "authentik_core.token",
      conditions: [env(variables.bindPassword)],
      identifiers: { identifier: `${directory.bindUser}-password` },
      attrs: {
        key: env(variables.bindPassword),
        user: keyOf("bind-user"),
        intent: "app_password",
        expiring: false,
      },
    },
    {
      model: "authentik_policies.policybinding",
      identifiers: { target: keyOf("application"), user: keyOf("bind-user") },
      attrs: { order: 2 },
    },
  ];
}

function theOutpost() {
  return find("authentik_outposts.outpost", "name", outpost);
}

/** By the name that Authentik gives the account; its user name holds the outpost's id. */
function outpostAccount() {
  return known.user("name", `Outpost ${outpost} Service-Account`);
}
