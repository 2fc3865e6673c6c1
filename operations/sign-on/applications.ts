import { z } from "zod";
import type { ObservedContainer } from "../../promises/observed.ts";

/** What an application is set to use at Authentik. */
export interface ClientSettings {
  /** Scheme and host of the Authentik that it sends people to; empty where it names none. */
  readonly authority: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  /** The secret that it seals a login under way with, where it leaves that to the browser. */
  readonly loginSeal?: string;
}

/** What was given to a script inside a container, by its standard input. */
export interface ScriptInput {
  /** Name of the container. */
  readonly container: string;
  readonly text: string;
}

/** Undefined: it is not set to sign on with OpenID Connect. */
type Reader = (
  container: ObservedContainer,
  url: string,
  inputs: readonly ScriptInput[],
) => ClientSettings | undefined;

/**
 * What each program makes of its settings: where it reads them, and which redirect URI it sends. Facts about the
 * programs, so that a wrong redirect path in the catalogue does not prove itself.
 */
const readers: Readonly<Record<string, Reader>> = {
  grafana: ({ environment: env }) =>
    client(
      env["GF_AUTH_GENERIC_OAUTH_AUTH_URL"],
      env["GF_AUTH_GENERIC_OAUTH_CLIENT_ID"],
      env["GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"],
      `${withoutSlash(env["GF_SERVER_ROOT_URL"])}/login/generic_oauth`,
      env["GF_SECURITY_SECRET_KEY"],
    ),
  "kite-openwebui": ({ environment: env }) =>
    client(
      env["OPENID_PROVIDER_URL"],
      env["OAUTH_CLIENT_ID"],
      env["OAUTH_CLIENT_SECRET"],
      env["OPENID_REDIRECT_URI"] ?? `${withoutSlash(env["WEBUI_URL"])}/oauth/oidc/callback`,
      env["WEBUI_SECRET_KEY"],
    ),
  karakeep: ({ environment: env }) =>
    client(
      env["OAUTH_WELLKNOWN_URL"],
      env["OAUTH_CLIENT_ID"],
      env["OAUTH_CLIENT_SECRET"],
      `${withoutSlash(env["NEXTAUTH_URL"])}/api/auth/callback/custom`,
      env["NEXTAUTH_SECRET"],
    ),
  // It has no name of its own: it answers at the one it is called by, and always says https.
  kavita: ({ files }, url) => {
    const file = files.find(({ path }) => path === "/kavita/config/appsettings.json");
    const { data } = appSettings.safeParse(json(file?.content));
    return client(
      data?.OpenIdConnectSettings.Authority,
      data?.OpenIdConnectSettings.ClientId,
      data?.OpenIdConnectSettings.Secret,
      `${url}/signin-oidc`,
    );
  },
  // In its database, where its command line put it.
  forgejo: ({ environment: env }, _, inputs) => {
    const given = inputs.findLast(({ text }) => /\bforgejo admin auth\b/.test(text));
    if (given === undefined) return undefined;
    const values = assignments(given.text);
    const root = withoutSlash(env["FORGEJO__server__ROOT_URL"]);
    return client(
      values["discovery"],
      values["client"],
      values["secret"],
      `${root}/user/oauth2/${values["name"] ?? ""}/callback`,
    );
  },
  openproject: ({ environment: env }) => {
    const setting = (name: string) => env[`OPENPROJECT_OPENID__CONNECT_AUTHENTIK_${name}`];
    const scheme = env["OPENPROJECT_HTTPS"] === "true" ? "https" : "http";
    const host = env["OPENPROJECT_HOST__NAME"] ?? "";
    return client(
      setting("AUTHORIZATION__ENDPOINT"),
      setting("IDENTIFIER"),
      setting("SECRET"),
      `${scheme}://${host}/auth/authentik/callback`,
    );
  },
};

const appSettings = z.object({
  OpenIdConnectSettings: z.object({ Authority: z.string(), ClientId: z.string(), Secret: z.string() }),
});

/**
 * What the program in a container would use to sign on.
 * @param url at which people open it
 * @param inputs what scripts inside this host's containers were given, oldest first
 */
export function clientSettings(
  container: ObservedContainer,
  url: string,
  inputs: readonly ScriptInput[],
): ClientSettings | undefined {
  return readers[container.name]?.(
    container,
    url,
    inputs.filter((input) => input.container === container.name),
  );
}

/** @param address any of Authentik's that the program is given */
function client(
  address: string | undefined,
  id: string | undefined,
  secret: string | undefined,
  redirectUri: string,
  loginSeal = "",
): ClientSettings | undefined {
  if (id === undefined || id === "" || secret === undefined) return undefined;
  return {
    authority: originOf(address),
    clientId: id,
    clientSecret: secret,
    redirectUri,
    ...(loginSeal !== "" && { loginSeal }),
  };
}

/** Empty for what is no address. */
export function originOf(address = ""): string {
  return URL.canParse(address) ? new URL(address).origin : "";
}

const withoutSlash = (url = "") => url.replace(/\/$/, "");

/** A file that is no JSON holds no settings. */
function json(text = "{}"): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The lines `name='value'` in front of a shell script. */
function assignments(script: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...script.matchAll(/^([a-z]+)='([^']*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}
