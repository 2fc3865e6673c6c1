import { groups } from "../../catalogue/directory.ts";
import type { Blueprint, Entry } from "./blueprint.ts";
import { known } from "./blueprint.ts";
import { find } from "./yaml.ts";

export const verifiedEmail = "kitestacks verified email";

/**
 * Authentik's own objects that our files look up. On a fresh database they may be missing still, and a look-up that
 * finds nothing means a login page without flow, or tokens signed with HS256. They are asked for in one file, not in
 * each: every such entry applies the other blueprint again, whole.
 *
 * `authentik Bootstrap` is not among them. A worker applies it before it takes its first task, so akadmin is there
 * already; and asked for here it made an akadmin that somebody had deleted anew, superuser, with its first password
 * and its token (seen on 2026.8.0-rc1).
 */
export const prerequisites: Blueprint = {
  order: 10,
  name: "prerequisites",
  why: "Authentik's own objects that the other files look up.",
  entries: [
    apply("System - OAuth2 Provider - Scopes"),
    apply("Default - Authentication flow"),
    apply("Default - Provider authorization flow (implicit consent)"),
    apply("Default - Provider invalidation flow"),
  ],
};

/**
 * Created once: with every other state the members would be set back each time. The first entry puts the first
 * administrator in; where akadmin is gone already, the second one makes the group without members.
 */
export const groupsBlueprint: Blueprint = {
  order: 20,
  name: "groups",
  why: "Who administrates, and who may open the applications.",
  entries: [
    {
      ...group(groups.admins, { is_superuser: true, users: [known.user("username", "akadmin")] }),
      conditions: [known.user("username", "akadmin")],
    },
    group(groups.admins, { is_superuser: true }),
    group(groups.users, { is_superuser: false }),
  ],
};

const bootstrapToken = find("authentik_core.token", "identifier", "authentik-bootstrap-token");

/**
 * A token with akadmin's rights that never expires, and that nobody used: installs made before AUTHENTIK_BOOTSTRAP_TOKEN
 * was taken out of the worker's environment have it in their database. Passed over where it is not there: Authentik would
 * try to delete one that it has just made up. User and intent are what it asks of every token that it is given.
 */
export const noBootstrapToken: Blueprint = {
  order: 25,
  name: "no-bootstrap-token",
  why: "No token of akadmin that never expires.",
  entries: [
    {
      model: "authentik_core.token",
      state: "absent",
      conditions: [bootstrapToken],
      identifiers: { identifier: "authentik-bootstrap-token" },
      attrs: { user: known.user("username", "akadmin"), intent: "api" },
    },
  ],
};

/** Authentik says `email_verified: false` since 2025.10, and Kavita then refuses every login. */
export const scopes: Blueprint = {
  order: 30,
  name: "scopes",
  why: "Addresses count as verified: an administrator gives them out.",
  entries: [
    {
      model: "authentik_providers_oauth2.scopemapping",
      identifiers: { name: verifiedEmail },
      attrs: {
        scope_name: "email",
        description: "Email address",
        expression: 'return {"email": request.user.email, "email_verified": True}',
      },
    },
  ],
};

function apply(name: string): Entry {
  return {
    model: "authentik_blueprints.metaapplyblueprint",
    attrs: { identifiers: { name }, required: true },
  };
}

function group(name: string, attrs: Readonly<Record<string, unknown>>): Entry {
  return { model: "authentik_core.group", state: "created", identifiers: { name }, attrs };
}
