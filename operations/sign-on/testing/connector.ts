import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Configuration, Provider } from "oidc-provider";
import type { Pool } from "pg";
import { PostgresStore } from "./postgres-store.ts";

/** A client as a host's blueprint registers it. */
export interface RegisteredClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  /** As Authentik signs where a provider has no signing key; RS256 otherwise. */
  readonly signedWith?: "HS256";
}

export interface ConnectorOptions {
  readonly clients: readonly RegisteredClient[];
  readonly database: Pool;
  /** The same on every host: cookies are signed with it (`AUTHENTIK_SECRET_KEY`). */
  readonly secretKey: string;
  readonly signingKey: SigningKey;
}

export type SigningKey = ReturnType<typeof newSigningKey>;

/** An RS256 key pair as a JSON Web Key. */
export function newSigningKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kty: "RSA", alg: "RS256", use: "sig", kid: "one" };
}

/** “Authentik” behind one host's connector: a standards-conforming provider, one issuer per application. */
export class Connector {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(options: ConnectorOptions): Promise<Connector> {
    const mounts = options.clients.map((client) => new Mount(client, options));
    const server = createServer((request, response) => {
      const mount = mounts.find(({ path }) => request.url?.startsWith(`${path}/`));
      if (mount === undefined) response.writeHead(404).end();
      else
        mount.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Connector(server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Seconds that everything lives, longer than any test. */
const minutes = 600;

/** One application's provider under its own path. */
class Mount {
  readonly path: string;
  readonly #provider: Provider;
  readonly #answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;

  constructor(client: RegisteredClient, options: ConnectorOptions) {
    this.path = new URL(client.issuer).pathname.replace(/\/$/, "");
    this.#provider = new Provider(client.issuer, configuration(client, this.path, options));
    // TLS ends at the edge, which says so in a header.
    this.#provider.proxy = true;
    this.#answer = this.#provider.callback();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? "";
    Object.assign(request, { originalUrl: url, url: url.slice(this.path.length) });
    if (/^\/interaction\//.test(request.url ?? "")) {
      // The page at which a person would give name and password.
      await this.#provider.interactionFinished(request, response, { login: { accountId: "alice" } });
    } else await this.#answer(request, response);
  }
}

function configuration(
  client: RegisteredClient,
  path: string,
  { database, secretKey, signingKey }: ConnectorOptions,
): Configuration {
  return {
    adapter: (kind) => new PostgresStore(database, kind),
    jwks: { keys: [signingKey] },
    cookies: { keys: [secretKey] },
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [...client.redirectUris],
        grant_types: ["authorization_code"],
        token_endpoint_auth_method: "client_secret_post",
        id_token_signed_response_alg: client.signedWith ?? "RS256",
      },
    ],
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "HS256"] },
    pkce: { required: () => true },
    ttl: {
      AccessToken: minutes,
      AuthorizationCode: 60,
      Grant: minutes,
      IdToken: minutes,
      Interaction: minutes,
      Session: minutes,
    },
    renderError: (context, { error, error_description }) => {
      context.body = `${error}: ${error_description ?? ""}`;
    },
    claims: { email: ["email", "email_verified"], profile: ["name", "preferred_username", "groups"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `${path}/interaction/${uid}` },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        email: `${accountId}@example.org`,
        email_verified: true,
        preferred_username: accountId,
        groups: ["kitestacks-users"],
      }),
    }),
    // Implicit consent: whoever may open the application is not asked again.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        ...(oidc.client !== undefined && { clientId: oidc.client.clientId }),
        ...(oidc.session?.accountId !== undefined && { accountId: oidc.session.accountId }),
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
}
