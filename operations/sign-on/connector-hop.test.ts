import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { factsFor } from "../../plan/facts.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import type { ObservedOidcClient } from "../../promises/observed.ts";
import { signOn as judgeSignOn } from "../../promises/p6-sign-on.ts";
import { observePlan } from "../observe-plan.ts";
import { type SignOnClient, SignOnError, signOnAs } from "./sign-on.ts";
import { Application } from "./testing/application.ts";
import { testBrowser } from "./testing/browser.ts";
import { Connector, newSigningKey, type RegisteredClient } from "./testing/connector.ts";
import { Edge, everyRequestElsewhere, type Route } from "./testing/edge.ts";
import { postgresFolder, postgresRemedy, TestPostgres } from "./testing/postgres.ts";
import { PostgresStore } from "./testing/postgres-store.ts";

const [cloud, home] = ["cloud", "home"] as const;
const settings = exampleSettings();
const observed = observePlan(makePlan(settings, catalogue), catalogue, () => []);
const { oidcClients = [] } = observed;
const issuerOf = (service: string) => factsFor(settings, catalogue, home).oidc(service).issuer;

/** What the blueprints of a host register. */
const registeredOn = (host: string): readonly RegisteredClient[] =>
  sideOn(host, "provider").map((client) => ({ ...client, issuer: issuerOf(client.service) }));

/** What the applications of a host are set to use. */
const applicationsOn = (host: string): readonly (SignOnClient & { service: string; loginSeal?: string })[] =>
  sideOn(host, "application").map(({ redirectUris: [redirectUri = ""], ...client }) => ({
    ...client,
    redirectUri,
    issuer: issuerOf(client.service),
  }));

function sideOn(host: string, side: ObservedOidcClient["side"]): readonly ObservedOidcClient[] {
  return oidcClients.filter((client) => client.host === host && client.side === side);
}

/** The program of a service on a host: it keeps a login under way where the catalogue says. */
const applicationOn = (host: string, client: ReturnType<typeof applicationsOn>[number]): Application =>
  new Application(host, client, keptOnHost.includes(client.service) ? undefined : client.loginSeal);

const keptOnHost = (observed.settings.signOnServices ?? [])
  .filter(({ loginState }) => loginState?.kept === "per-host")
  .map(({ name }) => name)
  .sort();

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

    test.each(applicationsOn(cloud).map((client) => [client.service, client] as const))(
      "%s: a login that begins on one host and ends on the other goes as the catalogue says",
      async (service, client) => {
        const [begun, ended] = [applicationOn(cloud, client), applicationOn(home, client)];
        const browser = testBrowser(edge.fetchAs("browser"));
        const server = edge.fetchAs("server");
        const { authorization, cookie } = await begun.begin(server);
        const returned = await browser(authorization, client.redirectUri);
        const finished = ended.finish(returned, cookie, server);
        if (keptOnHost.includes(service)) await expect(finished).rejects.toThrow("was not begun on home");
        else await expect(finished).resolves.toMatchObject({ subject: "alice" });
        // Started again, and Cloudflare stays with that host.
        await expect(signOn(edge, client)).resolves.toMatchObject({ subject: "alice" });
      },
    );

    test("P6 tells the same of every service", () => {
      const again = /^a login that changes host in the middle has to be started again: (.*)$/;
      const [, named = ""] = judgeSignOn(observed).evidence.flatMap((line) => again.exec(line) ?? []);
      expect(services.filter((service) => named.includes(`${service} (`)).sort()).toEqual(keptOnHost);
      expect(keptOnHost).toEqual(["forgejo", "kavita"]);
    });

    test("another seal on one host ends the logins that the browser carries", async () => {
      const client = applicationsOn(cloud).find(({ service }) => service === "grafana");
      if (client === undefined) throw new Error("there is no Grafana");
      const ended = applicationOn(home, { ...client, loginSeal: "typed by hand" });
      const { authorization, cookie } = await applicationOn(cloud, client).begin(edge.fetchAs("server"));
      const returned = await testBrowser(edge.fetchAs("browser"))(authorization, client.redirectUri);
      await expect(ended.finish(returned, cookie, edge.fetchAs("server"))).rejects.toThrow(
        "was not begun on home",
      );
    });

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
