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
  const during = <T>(step: Step, work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      throw new SignOnError(client, step, error);
    });
  const configuration = await during("discovery", () => discover(client, fetch));
  const checks = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
  };
  const returned = await during("sign-in", async () =>
    browser(await authorizationUrl(configuration, client, checks), client.redirectUri),
  );
  const tokens = await during("code exchange", () =>
    openid.authorizationCodeGrant(configuration, returned, checks),
  );
  const { sub: subject } = tokens.claims() ?? { sub: "" };
  const claims = await during("user info", () =>
    openid.fetchUserInfo(configuration, tokens.access_token, subject),
  );
  return {
    subject,
    email: claims.email,
    emailVerified: claims.email_verified === true,
    groups: Array.isArray(claims["groups"]) ? claims["groups"].map(String) : [],
  };
}

async function discover(client: SignOnClient, fetch: Fetch): Promise<openid.Configuration> {
  const metadata = { client_secret: client.clientSecret, id_token_signed_response_alg: "RS256" };
  return openid.discovery(new URL(client.issuer), client.clientId, metadata, undefined, {
    [openid.customFetch]: fetch,
    // Also what TLS vouches for already: a provider that lost its key would sign with HS256.
    execute: [openid.enableNonRepudiationChecks],
  });
}

async function authorizationUrl(
  configuration: openid.Configuration,
  { redirectUri }: SignOnClient,
  checks: { pkceCodeVerifier: string; expectedState: string; expectedNonce: string },
): Promise<URL> {
  return openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: "openid email profile",
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
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
