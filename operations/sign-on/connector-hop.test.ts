import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { factsFor } from "../../plan/facts.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import type { ObservedOidcClient } from "../../promises/observed.ts";
import { observePlan } from "../observe-plan.ts";
import { type SignOnClient, SignOnError, signOnAs } from "./sign-on.ts";
import { testBrowser } from "./testing/browser.ts";
import { Connector, newSigningKey, type RegisteredClient } from "./testing/connector.ts";
import { Edge, everyRequestElsewhere, type Route } from "./testing/edge.ts";
import { postgresFolder, postgresRemedy, TestPostgres } from "./testing/postgres.ts";
import { PostgresStore } from "./testing/postgres-store.ts";

const [cloud, home] = ["cloud", "home"] as const;
const settings = exampleSettings();
const { oidcClients = [] } = observePlan(makePlan(settings, catalogue), catalogue, () => []);
const issuerOf = (service: string) => factsFor(settings, catalogue, home).oidc(service).issuer;

/** What the blueprints of a host register. */
const registeredOn = (host: string): readonly RegisteredClient[] =>
  sideOn(host, "provider").map((client) => ({ ...client, issuer: issuerOf(client.service) }));

/** What the applications of a host are set to use. */
const applicationsOn = (host: string): readonly (SignOnClient & { service: string })[] =>
  sideOn(host, "application").map(({ redirectUris: [redirectUri = ""], ...client }) => ({
    ...client,
    redirectUri,
    issuer: issuerOf(client.service),
  }));

function sideOn(host: string, side: ObservedOidcClient["side"]): readonly ObservedOidcClient[] {
  return oidcClients.filter((client) => client.host === host && client.side === side);
}

const services = applicationsOn(home).map(({ service }) => service);
const onEveryHost = [cloud, home].flatMap((host) =>
  applicationsOn(host).map((client) => ({ ...client, host })),
);

const isMissing = postgresFolder === undefined && process.env["KITESTACKS_REQUIRE_TOOLS"] !== "1";
const remedy = isMissing ? ` (skipped: Postgres is missing; ${postgresRemedy})` : "";
const LIMIT_MS = 120_000;

describe.skipIf(isMissing)(`a login that hops between connectors${remedy}`, { timeout: LIMIT_MS }, () => {
  let postgres: TestPostgres;
  const running: { stop(): Promise<void> }[] = [];

  beforeAll(async () => {
    postgres = await TestPostgres.start();
  }, LIMIT_MS);

  afterAll(async () => {
    for (const part of running.toReversed()) await part.stop();
    await postgres?.stop();
  }, LIMIT_MS);

  /** Two connectors of one tunnel, “authentik on cloud” and “authentik on home”, behind an edge. */
  async function tunnel(
    databases: readonly [string, string],
    route: Route,
    differences: Partial<RegisteredClient> = {},
  ): Promise<Edge> {
    const pools = new Map<string, Awaited<ReturnType<TestPostgres["database"]>>>();
    for (const name of new Set(databases)) {
      const pool = await postgres.database(name);
      await PostgresStore.prepare(pool);
      pools.set(name, pool);
    }
    const signingKey = newSigningKey();
    const ports: number[] = [];
    for (const [i, host] of [cloud, home].entries()) {
      const database = pools.get(databases[i] ?? "");
      if (database === undefined) throw new Error(`there is no database for ${host}`);
      const clients = registeredOn(host).map((client) => ({ ...client, ...differences }));
      const connector = await Connector.start({ clients, database, secretKey: "the same", signingKey });
      running.push(connector);
      ports.push(connector.port);
    }
    const edge = await Edge.start(ports, route);
    running.push(edge);
    return edge;
  }

  const signOn = (edge: Edge, client: SignOnClient) =>
    signOnAs(client, testBrowser(edge.fetchAs("browser")), edge.fetchAs("server"));

  /** Who answered the last request that ends so. */
  const lastServed = (edge: Edge, end: RegExp) =>
    edge.served.findLast(({ path }) => end.test(path))?.connector;

  test("concerns every public client of the catalogue", () => {
    expect(services).toEqual(["forgejo", "kite-openwebui", "karakeep", "kavita", "grafana"]);
  });

  describe("with one shared database", () => {
    let edge: Edge;
    beforeAll(async () => {
      edge = await tunnel(["shared", "shared"], everyRequestElsewhere());
    }, LIMIT_MS);

    test.each(onEveryHost.map((client) => [`${client.service} of ${client.host}`, client] as const))(
      "%s signs people on, though every request meets the other connector than the last one",
      async (_, client) => {
        await expect(signOn(edge, client)).resolves.toEqual({
          subject: "alice",
          email: "alice@example.org",
          emailVerified: true,
          groups: ["kitestacks-users"],
        });
        // The connector that gave the code out is not the one that takes it back.
        expect(lastServed(edge, /\/auth\/[\w-]+$/)).not.toBe(lastServed(edge, /\/token$/));
      },
    );

    test("codes went both ways", () => {
      const exchanges = edge.served.filter(({ path }) => path.endsWith("/token"));
      expect(new Set(exchanges.map(({ connector }) => connector))).toEqual(new Set([0, 1]));
    });

    test.each([
      [
        "another secret",
        { clientSecret: "guessed" },
        /code exchange failed with invalid_client: .* Are client id and secret the same/,
      ],
      ["another client id", { clientId: "other" }, /^other: sign-in failed with error: .*invalid_client/],
      [
        "a redirect URI that no blueprint names",
        { redirectUri: "https://evil.example/" },
        /sign-in failed with error: .*invalid_redirect_uri/,
      ],
    ])("refuses %s", async (_, difference, message) => {
      const [client] = onEveryHost;
      if (client === undefined) throw new Error("there is no client");
      const failure = await signOn(edge, { ...client, ...difference }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SignOnError);
      expect((failure as SignOnError).message).toMatch(message);
    });
  });

  test("tokens that are signed with HS256 are refused: so signs an Authentik without its key", async () => {
    // HS256 wants a secret of 32 characters.
    const clientSecret = "0123456789abcdef0123456789abcdef";
    const edge = await tunnel(["unsigned", "unsigned"], () => 0, { signedWith: "HS256", clientSecret });
    const [client] = onEveryHost;
    if (client === undefined) throw new Error("there is no client");
    await expect(signOn(edge, { ...client, clientSecret })).rejects.toThrow(
      /code exchange failed with \w+: .*alg/,
    );
  });

  describe("with two separate databases", () => {
    test.each(applicationsOn(home).map((client, i) => [client.service, client, i] as const))(
      "%s: invalid_grant, as soon as the application's server meets the other connector than the browser",
      async (_, client, i) => {
        const edge = await tunnel([`browser-${i}`, `server-${i}`], (visitor) =>
          visitor === "browser" ? 0 : 1,
        );
        const failure = await signOn(edge, client).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(SignOnError);
        expect(failure).toMatchObject({ code: "invalid_grant", step: "code exchange" });
        expect((failure as SignOnError).message).toMatch(
          /^[\w-]+: code exchange failed with invalid_grant: .*do all hosts' Authentiks use the hub's Postgres \(P4\)\?$/,
        );
      },
    );

    test("the same login works while everybody stays on one connector: only the hop breaks it", async () => {
      const edge = await tunnel(["alone-a", "alone-b"], () => 0);
      const [client] = applicationsOn(home);
      if (client === undefined) throw new Error("there is no client");
      await expect(signOn(edge, client)).resolves.toMatchObject({ subject: "alice" });
    });
  });
});
