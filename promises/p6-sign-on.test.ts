import { describe, expect, it } from "vitest";
import type { Observed, ObservedOidcClient } from "./observed.ts";
import { signOn } from "./p6-sign-on.ts";
import { goodObserved } from "./testing.ts";

const client = (host: string, side: ObservedOidcClient["side"]): ObservedOidcClient => ({
  service: "grafana",
  host,
  side,
  clientId: "grafana",
  clientSecret: "client-secret-0123456789",
  redirectUris: ["https://grafana.example.com/login/generic_oauth"],
});
const [hub, provider, member] = [
  client("vps", "application"),
  client("vps", "provider"),
  client("home", "application"),
];
const withClients = (...oidcClients: readonly ObservedOidcClient[]): Observed => ({
  ...goodObserved(),
  oidcClients,
});

describe("P6", () => {
  it("is proved where all hosts use the client that Authentik knows", () => {
    expect(signOn(withClients(hub, provider, member))).toMatchObject({
      verdict: "proved",
      evidence: ["1 service × 2 hosts: same client id, secret and redirect URI, registered in Authentik"],
    });
  });

  it("allows further redirect URIs in Authentik", () => {
    const more = {
      ...provider,
      redirectUris: [...provider.redirectUris, "https://grafana.example.com/logout"],
    };
    expect(signOn(withClients(hub, more, member)).verdict).toBe("proved");
  });

  it.each<[string, readonly ObservedOidcClient[], string]>([
    [
      "another id",
      [hub, provider, { ...member, clientId: "other" }],
      "grafana: the OIDC client set on home has the id other, expected grafana as set on vps",
    ],
    [
      "another secret in an application",
      [hub, provider, { ...member, clientSecret: "other-secret" }],
      "grafana: the OIDC client set on home has another secret than the one set on vps",
    ],
    [
      "another secret in Authentik",
      [hub, { ...provider, clientSecret: "other-secret" }, member],
      "grafana: the OIDC client registered on vps has another secret than the one set on vps",
    ],
    [
      "another redirect URI",
      [hub, provider, { ...member, redirectUris: ["https://home.example.com/"] }],
      "grafana: the OIDC client set on home has the redirect URIs https://home.example.com/, expected https://grafana.example.com/login/generic_oauth",
    ],
    [
      "a redirect URI that Authentik does not know",
      [hub, { ...provider, redirectUris: [] }, member],
      "grafana: the OIDC client registered on vps has the redirect URIs none, expected https://grafana.example.com/login/generic_oauth",
    ],
    ["a host without client", [hub, provider], "grafana has no OIDC client set on home"],
    ["a client that no application uses", [provider], "grafana has no OIDC client set on vps"],
    ["an unregistered client", [hub, member], "grafana has no OIDC client registered in Authentik"],
  ])("is broken by %s", (_, clients, evidence) => {
    const verdict = signOn(withClients(...clients));
    expect(verdict).toMatchObject({ verdict: "broken", evidence: expect.arrayContaining([evidence]) });
    expect(JSON.stringify(verdict)).not.toContain("other-secret");
  });

  it("is not checked while no client is known, or a host does not answer", () => {
    const reason =
      "blueprints and application settings are not deployed yet, so there is no client to compare";
    expect(signOn(goodObserved())).toMatchObject({ verdict: "not checked", evidence: [reason] });
    expect(signOn(withClients())).toMatchObject({ verdict: "not checked", evidence: [reason] });
    const observed = withClients(hub, provider);
    const hosts = observed.hosts.map((host) => ({ ...host, reachable: host.name === "vps" }));
    expect(signOn({ ...observed, hosts })).toMatchObject({
      verdict: "not checked",
      evidence: ["grafana has no OIDC client set on home"],
    });
    expect(signOn({ ...withClients(hub, provider), hosts: [] }).verdict).toBe("not checked");
  });
});
