import { directory } from "./directory.ts";
import type { Facts } from "./facts.ts";
import { secret, type Text, text } from "./text.ts";

/**
 * OpenProject signs on over LDAP; OIDC is an Enterprise add-on, gated in its code, and only set where the
 * settings say that a token was bought.
 */
export function openprojectSignOn(facts: Facts): Record<string, Text> {
  const { services, providedSecrets } = facts.settings;
  return {
    ...(services.openprojectLogin === "oidc" ? oidc(facts) : ldap()),
    ...(providedSecrets.includes("openprojectEnterpriseToken") && enterpriseToken),
  };
}

/** Its seeds store it where it has no token yet, and fail where the token is for another host name. */
const enterpriseToken = {
  OPENPROJECT_SEED__ENTERPRISE__TOKEN: text`${secret("provided.openprojectEnterpriseToken")}`,
};

function ldap(): Record<string, Text> {
  return prefixed("OPENPROJECT_SEED_LDAP_AUTHENTIK_", {
    HOST: "authentik-ldap",
    PORT: "3389",
    SECURITY: "plain_ldap", // both ends are on this host's bridge
    BINDUSER: `cn=${directory.bindUser},ou=users,${directory.baseDn}`,
    BINDPASSWORD: text`${secret("authentik-ldap.bindPassword")}`,
    BASEDN: `ou=users,${directory.baseDn}`,
    SYNC__USERS: "true",
    LOGIN__MAPPING: "cn",
    // Authentik knows full names only and sends no givenName; both names are required, or every first login asks.
    FIRSTNAME__MAPPING: "name",
    LASTNAME__MAPPING: "cn",
    MAIL__MAPPING: "mail",
  });
}

function oidc(facts: Facts): Record<string, Text> {
  const { clientId, secret, issuer, authorize, token, userinfo, endSession } = facts.oidc("openproject");
  return prefixed("OPENPROJECT_OPENID__CONNECT_AUTHENTIK_", {
    DISPLAY__NAME: "Authentik",
    IDENTIFIER: clientId,
    SECRET: secret,
    ISSUER: issuer,
    HOST: facts.hostname("authentik"),
    AUTHORIZATION__ENDPOINT: authorize,
    TOKEN__ENDPOINT: token,
    USERINFO__ENDPOINT: userinfo,
    END__SESSION__ENDPOINT: endSession,
    // With a limit, nobody's first login would make an account: OPENPROJECT_SELF__REGISTRATION is off.
    LIMIT__SELF__REGISTRATION: "false",
    ATTRIBUTE__MAP_LOGIN: "preferred_username",
    // Authentik sends no family name, and without both names the first login ends in a form.
    ATTRIBUTE__MAP_FIRST__NAME: "name",
    ATTRIBUTE__MAP_LAST__NAME: "preferred_username",
  });
}

function prefixed(prefix: string, values: Record<string, Text>): Record<string, Text> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [prefix + key, value]));
}
