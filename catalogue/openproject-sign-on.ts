import type { Facts } from "./service.ts";
import { secret, type Text, text } from "./text.ts";

/**
 * OpenProject signs on over LDAP; OIDC is an Enterprise add-on, gated in its code, and only set where the
 * settings say that a token was bought.
 */
export function openprojectSignOn(facts: Facts): Record<string, Text> {
  return facts.settings.services.openprojectLogin === "oidc" ? oidc(facts) : ldap();
}

function ldap(): Record<string, Text> {
  return prefixed("OPENPROJECT_SEED_LDAP_AUTHENTIK_", {
    HOST: "authentik-ldap",
    PORT: "3389",
    SECURITY: "plain_ldap", // both ends are on this host's bridge
    BINDUSER: "cn=openproject-bind,ou=users,dc=ldap,dc=goauthentik,dc=io",
    BINDPASSWORD: text`${secret("authentik-ldap.bindPassword")}`,
    BASEDN: "ou=users,dc=ldap,dc=goauthentik,dc=io",
    SYNC__USERS: "true",
    LOGIN__MAPPING: "cn",
    FIRSTNAME__MAPPING: "givenName",
    LASTNAME__MAPPING: "sn",
    MAIL__MAPPING: "mail",
  });
}

function oidc(facts: Facts): Record<string, Text> {
  const { issuer, authorize, token, userinfo, endSession } = facts.oidc("openproject");
  return prefixed("OPENPROJECT_OPENID__CONNECT_AUTHENTIK_", {
    DISPLAY__NAME: "Authentik",
    IDENTIFIER: "openproject",
    SECRET: text`${secret("openproject.oidc")}`,
    ISSUER: issuer,
    HOST: facts.hostname("authentik"),
    AUTHORIZATION__ENDPOINT: authorize,
    TOKEN__ENDPOINT: token,
    USERINFO__ENDPOINT: userinfo,
    END__SESSION__ENDPOINT: endSession,
    ATTRIBUTE__MAP_LOGIN: "preferred_username",
  });
}

function prefixed(prefix: string, values: Record<string, Text>): Record<string, Text> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}
