import { describe, expect, test } from "vitest";
import { type Catalogue, catalogue } from "../catalogue/catalogue.ts";
import type { Service } from "../catalogue/service.ts";
import { SettingsError } from "../settings/problem.ts";
import { makePlan } from "./make-plan.ts";
import { exampleSettings } from "./testing.ts";

const changed = (name: string, change: (service: Service) => Service): Catalogue =>
  catalogue.map((service) => (service.name === name ? change(service) : service));

const oidc = (clientId: string, redirectPath = "/callback") => ({
  kind: "oidc" as const,
  clientId,
  redirectPath,
  loginState: { kept: "browser" as const, how: "in a sealed cookie" },
});

function refusal(services: Catalogue): string {
  try {
    makePlan(exampleSettings(), services);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error("the plan was not refused");
}

describe("a catalogue is refused, naming service and remedy", () => {
  test.each<[string, Catalogue, string]>([
    [
      "two applications with one client id",
      changed("kavita", (it) => ({ ...it, sso: oidc("karakeep") })),
      "catalogue: kavita: it wants the client id karakeep, which karakeep has; give it another client id",
    ],
    [
      "a client id that is no slug",
      changed("kavita", (it) => ({ ...it, sso: oidc("Kavita_1") })),
      "catalogue: kavita: its client id Kavita_1 cannot be a slug in Authentik; use small letters, digits and single dashes",
    ],
    [
      "a redirect path that is none",
      changed("kavita", (it) => ({ ...it, sso: oidc("kavita", "signin-oidc") })),
      "catalogue: kavita: its redirect path signin-oidc does not begin at the root; put a / in front",
    ],
    [
      "an application without a client secret",
      changed("kavita", ({ secrets, ...it }) => ({ ...it, secrets: {} })),
      "catalogue: kavita: it signs on with Authentik, but has no secret oidc; add it to secrets",
    ],
    [
      "a sign-on at a public name that nobody can open",
      changed("prometheus", (it) => ({
        ...it,
        sso: oidc("prometheus"),
        secrets: {
          oidc: {
            form: { kind: "hex", length: 32 },
            rotation: "restart",
            purpose: "client secret at Authentik",
          },
        },
      })),
      'catalogue: prometheus: it signs on at a public name, but is not public; add public, or use the kind "oidc on the tailnet"',
    ],
    [
      "applications without Authentik",
      changed("authentik", (it) => ({ ...it, sso: { kind: "none", why: "changed" } })),
      'catalogue: forgejo: it signs on, but no service is the provider; add authentik, or set its sso to the kind "none"',
    ],
  ])("%s", (_, services, expected) => {
    expect(refusal(services)).toContain(expected);
  });
});
