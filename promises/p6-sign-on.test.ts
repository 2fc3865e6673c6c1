import { describe, expect, it } from "vitest";
import type { ObservedOidcClient } from "./observed.ts";
import { signOn } from "./p6-sign-on.ts";
import { goodObserved } from "./testing.ts";
import {
  type Change,
  changed,
  expectBroken,
  expectNotChecked,
  hostIn,
  type MutableObserved,
} from "./testing-changes.ts";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Changes one side on one host, or the error of a wrong name. */
const at =
  (
    host: string,
    side: ObservedOidcClient["side"],
    difference: { [Key in keyof ObservedOidcClient]?: ObservedOidcClient[Key] | undefined },
  ): Change =>
  ({ oidcClients = [] }) => {
    const client = oidcClients.find((one) => one.host === host && one.side === side);
    if (client === undefined) throw new Error(`the good example has no ${side} on ${host}`);
    Object.assign(client, difference);
  };

const perHost: Change = ({ settings }) => {
  settings.signOnServices = [
    { name: "grafana", loginState: { kept: "per-host", how: "in a session of its own" } },
  ];
};

const without =
  (matches: (client: Mutable<ObservedOidcClient>) => boolean): Change =>
  (observed: MutableObserved) => {
    observed.oidcClients = (observed.oidcClients ?? []).filter((client) => !matches(client));
  };

describe("P6", () => {
  it("is proved where all hosts use the client that every Authentik registers", () => {
    expect(signOn(goodObserved())).toMatchObject({
      verdict: "proved",
      evidence: [
        "1 service × 2 hosts: same Authentik, client id, secret and redirect URI, registered by every host",
        "services: grafana",
        "the browser carries a login under way, sealed with one secret on all hosts: grafana",
      ],
    });
  });

  it("names the services whose login has to be started again on another host, where that is accepted", () => {
    const { verdict, evidence } = signOn(changed(perHost));
    expect(verdict).toBe("proved");
    expect(evidence).toContain(
      "a login that changes host in the middle has to be started again: grafana (in a session of its own)",
    );
    expect(evidence.join()).not.toContain("the browser carries");
  });

  it("asks nothing of a single host, which no login can leave", () => {
    const alone = changed((observed) => {
      perHost(observed);
      observed.settings.acceptSplitData = [];
      observed.hosts = [hostIn(observed, "vps")];
      observed.settings.hosts = observed.settings.hosts.filter(({ name }) => name === "vps");
      without(({ host }) => host === "home")(observed);
    });
    expect(signOn(alone)).toMatchObject({ verdict: "proved" });
  });

  it("is broken, as P9 is, by a login that cannot change host and whose split data nobody accepted", () => {
    expectBroken(
      (observed) => {
        perHost(observed);
        observed.settings.acceptSplitData = [];
      },
      ["P6", "P9"],
      "grafana keeps a login under way in a session of its own, so one that changes host fails, expected its name in acceptSplitData",
    );
  });

  it("allows further redirect URIs in Authentik", () => {
    const more = ["https://grafana.example.com/login/generic_oauth", "https://grafana.example.com/logout"];
    expect(signOn(changed(at("vps", "provider", { redirectUris: more }))).verdict).toBe("proved");
  });

  it.each<[string, Change, string]>([
    [
      "another id",
      at("home", "application", { clientId: "other" }),
      "grafana: the OIDC client set on home has the id other, expected grafana as set on vps",
    ],
    [
      "another secret in an application",
      at("home", "application", { clientSecret: "other-secret" }),
      "grafana: the OIDC client set on home has another secret than the one set on vps",
    ],
    [
      "another secret in Authentik",
      at("vps", "provider", { clientSecret: "other-secret" }),
      "grafana: the OIDC client registered on vps has another secret than the one set on vps",
    ],
    [
      "an application that sends people to another Authentik",
      at("home", "application", { authority: "http://authentik:9000" }),
      "grafana: the OIDC client set on home is one of http://authentik:9000, expected https://auth.example.com as set on vps",
    ],
    [
      "an Authentik that answers by another name",
      at("home", "provider", { authority: "https://home.example.com" }),
      "grafana: the OIDC client registered on home is one of https://home.example.com, expected https://auth.example.com as set on vps",
    ],
    [
      "another redirect URI",
      at("home", "application", { redirectUris: ["https://home.example.com/"] }),
      "grafana: the OIDC client set on home has the redirect URIs https://home.example.com/, expected https://grafana.example.com/login/generic_oauth",
    ],
    [
      "an application that seals logins with another secret",
      at("home", "application", { loginSeal: "other-secret" }),
      "grafana on home seals a login under way with another secret than on vps, which cannot read it",
    ],
    [
      "an application with nothing to seal logins with",
      at("vps", "application", { loginSeal: undefined }),
      "grafana on vps has no secret to seal a login under way with, expected one",
    ],
    [
      "a service that does not say where it keeps a login under way",
      ({ settings }) => {
        settings.signOnServices = [{ name: "grafana", loginState: undefined }];
      },
      "grafana does not declare where it keeps a login under way, expected browser or per-host",
    ],
    [
      "a redirect URI that one Authentik does not know",
      at("home", "provider", { redirectUris: [] }),
      "grafana: the OIDC client registered on home has the redirect URIs none, expected https://grafana.example.com/login/generic_oauth",
    ],
    [
      "an application that comes back to a second address",
      at("home", "application", {
        redirectUris: ["https://grafana.example.com/login/generic_oauth", "https://home.example.com/"],
      }),
      "grafana: the OIDC client set on home has the redirect URIs https://grafana.example.com/login/generic_oauth, https://home.example.com/, expected https://grafana.example.com/login/generic_oauth",
    ],
    [
      "an application without any redirect URI",
      at("vps", "application", { redirectUris: [] }),
      "grafana: the OIDC client set on vps has the redirect URIs none, expected one",
    ],
    [
      "a host without client",
      without(({ host, side }) => host === "home" && side === "application"),
      "grafana has no OIDC client set on home",
    ],
    [
      "a host whose Authentik registers none",
      without(({ host, side }) => host === "home" && side === "provider"),
      "grafana has no OIDC client registered by home's Authentik",
    ],
    [
      "a client that no application uses",
      without(({ side }) => side === "application"),
      "grafana has no OIDC client set on vps",
    ],
    ["a declared service without any client", without(() => true), "grafana has no OIDC client set on vps"],
    [
      "a client of a service that nobody declared",
      ({ oidcClients = [] }) => {
        const [client] = oidcClients;
        if (client !== undefined) oidcClients.push({ ...client, service: "kavita" });
      },
      "kavita has no OIDC client set on vps",
    ],
  ])("is broken by %s", (_, change, evidence) => {
    expectBroken(change, "P6", evidence);
    expect(JSON.stringify(signOn(changed(change)))).not.toContain("other-secret");
  });

  it("is not checked while no sign-on is declared and no client known", () => {
    expectNotChecked(
      (observed) => {
        delete observed.oidcClients;
        delete observed.settings.signOnServices;
      },
      "P6",
      "blueprints and application settings are not deployed yet, so there is no client to compare",
    );
  });

  it("is not checked while an application's settings cannot be looked at, unless anything else is broken", () => {
    const unseen: Change = (observed) => {
      without(({ host, side }) => host === "home" && side === "application")(observed);
      observed.unseenOidcClients = [
        { service: "grafana", host: "home", why: "they are in its database" },
        { service: "kavita", host: "home", why: "another one" },
      ];
    };
    const reason = "grafana: its OIDC client set on home cannot be seen: they are in its database";
    expectNotChecked(unseen, "P6", reason);
    const alsoBroken: Change = (observed) => {
      unseen(observed);
      at("home", "provider", { clientId: "other" })(observed);
    };
    expect(signOn(changed(alsoBroken))).toMatchObject({
      verdict: "broken",
      evidence: expect.arrayContaining([
        reason,
        "grafana: the OIDC client registered on home has the id other, expected grafana as set on vps",
      ]),
    });
  });

  it("is not checked while a host does not answer, whatever the others have", () => {
    expectNotChecked(
      (observed) => {
        hostIn(observed, "home").reachable = false;
        without(({ host }) => host === "home")(observed);
      },
      "P6",
      "home: its Docker does not answer, so its containers are unknown",
    );
  });
});
