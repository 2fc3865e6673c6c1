import { describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import type { Observed, ObservedContainer } from "../../promises/observed.ts";
import { signOn } from "../../promises/p6-sign-on.ts";
import { observePlan } from "../observe-plan.ts";
import type { ScriptInput } from "./applications.ts";
import { observeOidcClients } from "./observe-clients.ts";

const nothingListens = () => [];
const observed = observePlan(makePlan(exampleSettings(), catalogue), catalogue, nothingListens);
const forgejoInput = (id = "forgejo", secret = "<secret forgejo.oidc>"): ScriptInput => ({
  container: "forgejo",
  text: `name='authentik'\nclient='${id}'\nsecret='${secret}'\ndiscovery='https://auth.example.org/x'\nforgejo admin auth add-oauth`,
});

interface Break {
  readonly host?: string;
  readonly container: string;
  change(container: ObservedContainer): Partial<ObservedContainer>;
}

/** The planned system with one container changed, looked at anew. */
function broken({ host = "home", container, change }: Break): Observed {
  const hosts = observed.hosts.map((one) => ({
    ...one,
    containers: one.containers.map((it) =>
      one.name === host && it.name === container ? { ...it, ...change(it) } : it,
    ),
  }));
  return {
    ...observed,
    hosts,
    oidcClients: observeOidcClients(hosts, observed.settings.publicHostnames, () => [forgejoInput()]),
  };
}

const variable =
  (name: string, value: string) =>
  ({ environment }: ObservedContainer) => {
    if (environment[name] === undefined) throw new Error(`there is no variable ${name} to change`);
    return { environment: { ...environment, [name]: value } };
  };

const inFiles =
  (from: string, to: string) =>
  ({ files }: ObservedContainer) => {
    if (!files.some(({ content }) => content.includes(from))) throw new Error(`no file holds ${from}`);
    return { files: files.map(({ path, content }) => ({ path, content: content.replace(from, to) })) };
  };

describe("what the planned containers hold", () => {
  test("is both sides of every public sign-on, on every host", () => {
    const application = observed.oidcClients?.filter(({ side }) => side === "application") ?? [];
    const home = application.filter(({ host }) => host === "home");
    expect(
      home.map(({ service, clientId, redirectUris }) => `${service} ${clientId} ${redirectUris}`),
    ).toEqual([
      "forgejo forgejo https://git.example.org/user/oauth2/authentik/callback",
      "kite-openwebui open-webui https://chat.example.org/oauth/oidc/callback",
      "karakeep karakeep https://karakeep.example.org/api/auth/callback/custom",
      "kavita kavita https://kavita.example.org/signin-oidc",
      "grafana grafana https://grafana.example.org/login/generic_oauth",
    ]);
    expect(application).toHaveLength(10);
    // Portainer is registered as well, but no visitor reaches it.
    expect(observed.oidcClients).toHaveLength(20);
    expect(signOn(observed)).toMatchObject({ verdict: "proved" });
  });

  test("is OpenProject's OIDC client too, where an Enterprise token was bought", () => {
    const services = { ...exampleSettings().services, openprojectLogin: "oidc" as const };
    const plan = makePlan(exampleSettings({ services }), catalogue);
    const licensed = observePlan(plan, catalogue, nothingListens);
    expect(licensed.oidcClients).toContainEqual({
      service: "openproject",
      host: "home",
      side: "application",
      authority: "https://auth.example.org",
      clientId: "openproject",
      clientSecret: "<secret openproject.oidc>",
      redirectUris: ["https://openproject.example.org/auth/authentik/callback"],
    });
    expect(signOn(licensed).verdict).toBe("proved");
  });
});

const secretVariable = "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET";
const callback = "https://kavita.example.org/signin-oidc";
const breaks: readonly (readonly [string, Break, string])[] = [
  [
    "another secret in an application on one host",
    { container: "grafana", change: variable(secretVariable, "x") },
    "grafana: the OIDC client set on home has another secret than the one set on cloud",
  ],
  [
    "another secret for one host's Authentik",
    { container: "authentik-worker", change: variable("KS_OIDC_KARAKEEP_SECRET", "x") },
    "karakeep: the OIDC client registered on home has another secret than the one set on cloud",
  ],
  [
    "a redirect URI that is missing in one host's blueprint",
    { container: "authentik-worker", change: inFiles(callback, "https://kavita.example.org/other") },
    `kavita: the OIDC client registered on home has the redirect URIs https://kavita.example.org/other, expected ${callback}`,
  ],
  [
    "a redirect URI that Authentik takes as a pattern",
    { container: "authentik-worker", change: inFiles("matching_mode: strict", "matching_mode: regex") },
    "forgejo: the OIDC client registered on home has the redirect URIs none, expected https://git.example.org/user/oauth2/authentik/callback",
  ],
  [
    "another client id in a file",
    { container: "kavita", change: inFiles('"ClientId": "kavita"', '"ClientId": "books"') },
    "kavita: the OIDC client set on home has the id books, expected kavita as set on cloud",
  ],
  [
    "another client id in Authentik",
    { container: "authentik-worker", change: inFiles("client_id: open-webui", "client_id: chat") },
    "kite-openwebui: the OIDC client registered on home has the id chat, expected open-webui as set on cloud",
  ],
  [
    "an Authentik that is reached by its name inside Docker",
    {
      container: "karakeep",
      change: variable(
        "OAUTH_WELLKNOWN_URL",
        "http://authentik:9000/application/o/karakeep/.well-known/openid-configuration",
      ),
    },
    "karakeep: the OIDC client set on home is one of http://authentik:9000, expected https://auth.example.org as set on cloud",
  ],
  [
    "a worker with another public name",
    {
      container: "authentik-worker",
      change: variable("AUTHENTIK_WEB__BASE_URL", "https://login.example.org"),
    },
    "grafana: the OIDC client registered on home is one of https://login.example.org, expected https://auth.example.org as set on cloud",
  ],
  [
    "another address of the application",
    { container: "karakeep", change: variable("NEXTAUTH_URL", "https://home.example.org") },
    "karakeep: the OIDC client set on home has the redirect URIs https://home.example.org/api/auth/callback/custom, expected https://karakeep.example.org/api/auth/callback/custom",
  ],
  [
    "a blueprint that Authentik cannot load",
    {
      container: "authentik-worker",
      change: inFiles("name: KiteStacks - forgejo", "title: KiteStacks - forgejo"),
    },
    "forgejo has no OIDC client registered by home's Authentik",
  ],
  [
    "blueprints where Authentik does not look for them",
    {
      container: "authentik-worker",
      change: ({ files }) => ({ files: files.map((file) => ({ ...file, path: `/custom${file.path}` })) }),
    },
    "grafana has no OIDC client registered by home's Authentik",
  ],
  [
    "a worker without blueprints",
    { container: "authentik-worker", change: () => ({ files: [] }) },
    "forgejo has no OIDC client registered by home's Authentik",
  ],
  [
    "settings that an application cannot read",
    {
      container: "kavita",
      change: () => ({ files: [{ path: "/kavita/config/appsettings.json", content: "{" }] }),
    },
    "kavita has no OIDC client set on home",
  ],
];

describe("P6 is broken by", () => {
  test.each(breaks)("%s", (_, change, evidence) => {
    expect(signOn(broken(change))).toMatchObject({
      verdict: "broken",
      evidence: expect.arrayContaining([evidence]),
    });
  });

  test.each([
    ["a step that never ran", [], "forgejo has no OIDC client set on cloud"],
    [
      "a step that was given another client",
      [forgejoInput("git")],
      "forgejo: the OIDC client registered on cloud has the id forgejo, expected git as set on cloud",
    ],
    [
      "a step that was given another secret the last time it ran",
      [forgejoInput(), forgejoInput("forgejo", "old")],
      "forgejo: the OIDC client registered on cloud has another secret than the one set on cloud",
    ],
  ])("%s", (_, inputs, evidence) => {
    const oidcClients = observeOidcClients(observed.hosts, observed.settings.publicHostnames, () => inputs);
    expect(signOn({ ...observed, oidcClients })).toMatchObject({
      verdict: "broken",
      evidence: expect.arrayContaining([evidence]),
    });
  });
});
