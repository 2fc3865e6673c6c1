import { expect, test } from "vitest";
import { type Browser, type Fetch, SignOnError, signOnAs } from "./sign-on.ts";

const client = {
  issuer: "https://auth.example.org/application/o/grafana/",
  clientId: "grafana",
  clientSecret: "client-secret",
  redirectUri: "https://grafana.example.org/login/generic_oauth",
};
const metadata = {
  issuer: client.issuer,
  authorization_endpoint: "https://auth.example.org/application/o/authorize/",
  token_endpoint: "https://auth.example.org/application/o/token/",
  jwks_uri: "https://auth.example.org/application/o/grafana/jwks/",
};

/** A provider that answers from a table; everything else is missing. */
const provider =
  (answers: Readonly<Record<string, Response>>): Fetch =>
  async (url) =>
    answers[new URL(url).pathname]?.clone() ?? new Response("", { status: 404 });

const discovery = "/application/o/grafana/.well-known/openid-configuration";
const nobody: Browser = () => Promise.reject(new Error("the page did not open"));
const asked: Browser = async (authorization, redirectUri) => {
  const state = authorization.searchParams.get("state") ?? "";
  return new URL(`${redirectUri}?code=one&state=${state}`);
};
const failureOf = (browser: Browser, fetch: Fetch): Promise<unknown> =>
  signOnAs(client, browser, fetch).catch((error: unknown) => error);

test("a provider that does not answer: the step is discovery", async () => {
  const failure = await failureOf(asked, provider({}));
  expect(failure).toBeInstanceOf(SignOnError);
  expect(failure).toMatchObject({
    step: "discovery",
    message: expect.stringMatching(/^grafana: discovery failed/),
  });
});

test("another issuer than the application's own is refused: it could be somebody else's provider", async () => {
  const other = { ...metadata, issuer: "https://auth.example.org/application/o/kavita/" };
  expect(await failureOf(asked, provider({ [discovery]: Response.json(other) }))).toMatchObject({
    step: "discovery",
  });
});

test("a browser that does not come back: the step is sign-in, in its own words", async () => {
  const failure = await failureOf(nobody, provider({ [discovery]: Response.json(metadata) }));
  expect(failure).toMatchObject({
    step: "sign-in",
    message: "grafana: sign-in failed with error: the page did not open",
  });
});

test("asks with PKCE, state, nonce, the application's id and redirect URI, and never shows its secret", async () => {
  const seen: URL[] = [];
  const browser: Browser = (authorization, redirectUri) => {
    seen.push(authorization);
    return asked(authorization, redirectUri);
  };
  const grant = Response.json({ error: "invalid_grant", error_description: "unknown code" }, { status: 400 });
  const failure = await failureOf(
    browser,
    provider({ [discovery]: Response.json(metadata), "/application/o/token/": grant }),
  );
  expect(Object.fromEntries(seen[0]?.searchParams ?? [])).toMatchObject({
    client_id: "grafana",
    redirect_uri: client.redirectUri,
    response_type: "code",
    scope: "openid email profile",
    code_challenge_method: "S256",
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/./),
    nonce: expect.stringMatching(/./),
  });
  expect(seen[0]?.href).not.toContain("client-secret");
  expect(failure).toMatchObject({
    step: "code exchange",
    code: "invalid_grant",
    message:
      "grafana: code exchange failed with invalid_grant: unknown code. The code is unknown where it was exchanged: do all hosts' Authentiks use the hub's Postgres (P4)?",
  });
});

test("an answer to another question is refused before any code is exchanged", async () => {
  const forged: Browser = async (_, redirectUri) => new URL(`${redirectUri}?code=one&state=forged`);
  const failure = await failureOf(forged, provider({ [discovery]: Response.json(metadata) }));
  expect(failure).toMatchObject({
    step: "code exchange",
    message: expect.stringContaining('unexpected "state"'),
  });
});
