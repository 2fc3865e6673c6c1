import { groups } from "../../catalogue/directory.ts";
import { type Text, text } from "../../catalogue/text.ts";
import type { OidcClient } from "../sign-on.ts";
import { accessFor, type Blueprint, type Entry, known } from "./blueprint.ts";
import { verifiedEmail } from "./foundation.ts";
import { env, keyOf, Later } from "./yaml.ts";

/** Provider, tile and access of one application. */
export function applicationBlueprint(client: OidcClient): Blueprint {
  const variable = secretVariable(client.name);
  return {
    order: 40,
    name: client.clientId,
    why: `Sign-on of ${client.title}.`,
    entries: [
      provider(client, variable),
      {
        model: "authentik_core.application",
        id: "application",
        identifiers: { slug: client.clientId },
        attrs: {
          ...tile(client.title, client.purpose, client.launchUrl),
          provider: keyOf("provider"),
        },
      },
      ...accessFor(
        "application",
        client.audience === "everyone" ? [groups.users, groups.admins] : [groups.admins],
      ),
    ],
    secrets: { [variable]: text`${client.secret}` },
  };
}

/** What a person sees of an application on Authentik's start page. */
export function tile(name: string, purpose: string, launchUrl: Text): Readonly<Record<string, unknown>> {
  return {
    name,
    meta_description: purpose,
    meta_launch_url: new Later(launchUrl),
    // One of the groups that access is given to is enough.
    policy_engine_mode: "any",
  };
}

/**
 * Passed over while secret or key is missing, and the application's reference to it then undoes the whole file:
 * without the key Authentik would sign with HS256, which applications refuse in words that name nothing.
 */
function provider(client: OidcClient, variable: string): Entry {
  return {
    model: "authentik_providers_oauth2.oauth2provider",
    id: "provider",
    conditions: [env(variable), known.signingKey()],
    identifiers: { name: client.name },
    attrs: {
      client_type: "confidential",
      client_id: client.clientId,
      client_secret: env(variable),
      // Empty since 2026.5 unless given, and then every login ends in "Invalid grant_type for provider".
      grant_types: ["authorization_code", "refresh_token"],
      authorization_flow: known.flow("default-provider-authorization-implicit-consent"),
      invalidation_flow: known.flow("default-provider-invalidation-flow"),
      signing_key: known.signingKey(),
      issuer_mode: "per_provider",
      redirect_uris: [
        ...client.redirects.map(({ uri }) => redirect("authorization", uri)),
        ...client.logoutUris.map((uri) => redirect("logout", uri)),
      ],
      property_mappings: [known.scope("openid"), known.ownScope(verifiedEmail), known.scope("profile")],
    },
  };
}

function redirect(type: "authorization" | "logout", uri: Text) {
  return { matching_mode: "strict", redirect_uri_type: type, url: new Later(uri) };
}

/** `KS_OIDC_KITE_OPENWEBUI_SECRET`. */
function secretVariable(service: string): string {
  return `KS_OIDC_${service.toUpperCase().replaceAll("-", "_")}_SECRET`;
}
