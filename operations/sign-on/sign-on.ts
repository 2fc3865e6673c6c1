import * as openid from "openid-client";

/** What an application needs to know to sign a person on. */
export interface SignOnClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

/**
 * The part of a sign-on that a person's browser does: opens the provider's page, signs in, and is sent back.
 * @returns the address that it was sent to, which starts with the redirect URI
 */
export type Browser = (authorization: URL, redirectUri: string) => Promise<URL>;

/** How a request is sent; it must not follow redirects. */
export type Fetch = openid.CustomFetch;

const directly: Fetch = (url, options) => fetch(url, options as RequestInit);

/** Whom the provider vouches for. */
export interface SignedOn {
  readonly subject: string;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly groups: readonly string[];
}

/** A sign-on that ended before its end. */
export class SignOnError extends Error {
  readonly step: Step;
  /** The provider's own word, such as `invalid_grant`; otherwise the library's. */
  readonly code: string;
  constructor(client: SignOnClient, step: Step, cause: unknown) {
    const { code, detail } = explain(cause);
    super(`${client.clientId}: ${step} failed with ${code}: ${detail}${remedies[code] ?? ""}`, { cause });
    this.step = step;
    this.code = code;
  }
}

export type Step = "discovery" | "sign-in" | "code exchange" | "user info";

const remedies: Readonly<Record<string, string>> = {
  invalid_grant:
    ". The code is unknown where it was exchanged: do all hosts' Authentiks use the hub's Postgres (P4)?",
  invalid_client: ". Are client id and secret the same in the application and in Authentik (P6)?",
};

/**
 * One whole sign-on as an application does it: discovery, authorization code with PKCE, state and nonce, exchange,
 * check of the ID token's RS256 signature, user info. Throws `SignOnError` with the step that failed.
 * @param fetch how the application's server reaches the provider
 */
export async function signOnAs(
  client: SignOnClient,
  browser: Browser,
  fetch: Fetch = directly,
): Promise<SignedOn> {
  const provider = await discover(client, fetch);
  const returned = await during(client, "sign-in", async () => {
    const { authorization, underWay } = await beginSignOn(client, provider);
    return { at: await browser(authorization, client.redirectUri), underWay };
  });
  return finishSignOn(client, provider, returned);
}

/** What an application has to remember of a login until the person comes back. */
export interface LoginUnderWay {
  readonly pkceCodeVerifier: string;
  readonly expectedState: string;
  readonly expectedNonce: string;
}

/** The first half: where a person has to be sent. */
export async function beginSignOn(
  client: SignOnClient,
  provider: openid.Configuration,
): Promise<{ readonly authorization: URL; readonly underWay: LoginUnderWay }> {
  const underWay = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
  };
  return { authorization: await authorizationUrl(provider, client, underWay), underWay };
}

/** The second half, at the address at which the person came back. */
export async function finishSignOn(
  client: SignOnClient,
  provider: openid.Configuration,
  { at, underWay }: { readonly at: URL; readonly underWay: LoginUnderWay },
): Promise<SignedOn> {
  const tokens = await during(client, "code exchange", () =>
    openid.authorizationCodeGrant(provider, at, underWay),
  );
  const { sub: subject } = tokens.claims() ?? { sub: "" };
  const claims = await during(client, "user info", () =>
    openid.fetchUserInfo(provider, tokens.access_token, subject),
  );
  return {
    subject,
    email: claims.email,
    emailVerified: claims.email_verified === true,
    groups: Array.isArray(claims["groups"]) ? claims["groups"].map(String) : [],
  };
}

function during<T>(client: SignOnClient, step: Step, work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    throw new SignOnError(client, step, error);
  });
}

/** What the provider says of itself. */
export function discover(client: SignOnClient, fetch: Fetch): Promise<openid.Configuration> {
  const metadata = { client_secret: client.clientSecret, id_token_signed_response_alg: "RS256" };
  return during(client, "discovery", () =>
    openid.discovery(new URL(client.issuer), client.clientId, metadata, undefined, {
      [openid.customFetch]: fetch,
      // Also what TLS vouches for already: a provider that lost its key would sign with HS256.
      execute: [openid.enableNonRepudiationChecks],
    }),
  );
}

async function authorizationUrl(
  configuration: openid.Configuration,
  { redirectUri }: SignOnClient,
  underWay: LoginUnderWay,
): Promise<URL> {
  return openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: "openid email profile",
    code_challenge: await openid.calculatePKCECodeChallenge(underWay.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: underWay.expectedState,
    nonce: underWay.expectedNonce,
  });
}

function explain(cause: unknown): { code: string; detail: string } {
  if (cause instanceof openid.ResponseBodyError || cause instanceof openid.AuthorizationResponseError) {
    return { code: cause.error, detail: cause.error_description ?? cause.message };
  }
  const code = cause instanceof openid.ClientError ? (cause.code ?? "error") : "error";
  return { code, detail: innermost(cause) };
}

/** The libraries wrap what happened in words that say nothing, such as “fetch failed”. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}
