/** Groups in Authentik that applications and blueprints both name. */
export const groups = {
  /** Superusers of Authentik, administrators wherever an application maps groups. */
  admins: "kitestacks-admins",
  /** May open every application that is not for administrators alone. */
  users: "kitestacks-users",
} as const;

/** Authentik's accounts as an LDAP directory, for what cannot do OpenID Connect. */
export const directory = {
  /** Authentik's own default. */
  baseDn: "dc=ldap,dc=goauthentik,dc=io",
  /** The account with which an application searches before a person is asked for a password. */
  bindUser: "openproject-bind",
} as const;
