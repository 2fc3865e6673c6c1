import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { SettingsError } from "../settings/problem.ts";
import { makePlan } from "./make-plan.ts";
import { exampleSettings } from "./testing.ts";

const planWith = (images: Readonly<Record<string, string>>) =>
  makePlan(exampleSettings({ services: { ...exampleSettings().services, images } }), catalogue);

function refusal(images: Readonly<Record<string, string>>): string {
  try {
    planWith(images);
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split("\n").slice(1).join("\n").trim();
    throw error;
  }
  throw new Error("the plan was not refused");
}

const server = "ghcr.io/goauthentik/server:2026.8.4";
const ldap = "ghcr.io/goauthentik/ldap:2026.8.4";
const digest = (digit: string) => `@sha256:${digit.repeat(64)}`;

describe("another image of Authentik", () => {
  test.each([
    [{ authentik: server }],
    [{ "authentik-worker": server }],
    [{ authentik: server, "authentik-worker": server }],
    [{ authentik: server, "authentik-ldap": ldap }],
  ])("is refused where one of the three would be of another version: %j", (images) => {
    const line = refusal(images);
    expect(line).toContain("Pulumi.cloud.yaml: kitestacks:services.images is {");
    expect(line).toContain("Authentik's server, worker and LDAP outpost would not be of one version (");
    expect(line).toContain(
      `set all three: authentik: ${server}, authentik-worker: ${server}, authentik-ldap: ghcr.io/goauthentik/ldap:2026.8.4`,
    );
  });

  test("is refused for the outpost alone, whose server stays", () => {
    expect(refusal({ "authentik-ldap": ldap })).toContain(
      "ghcr.io/goauthentik/server:2026.8.3, authentik-worker: ghcr.io/goauthentik/server:2026.8.3, authentik-ldap: ghcr.io/goauthentik/ldap:2026.8.3",
    );
  });

  test("is refused where worker and server differ in no more than the digest", () => {
    const images = { authentik: server + digest("a"), "authentik-worker": server, "authentik-ldap": ldap };
    expect(refusal(images)).toContain(`authentik-worker: ${server}${digest("a")}, authentik-ldap: ${ldap}`);
  });

  test("is refused where no tag tells its version", () => {
    const mirror = `mirror.example:5000/authentik${digest("a")}`;
    expect(refusal({ authentik: mirror, "authentik-worker": mirror })).toContain(
      `authentik: ${mirror}, authentik-worker: ${mirror}, authentik-ldap: ghcr.io/goauthentik/ldap:<the server's version>`,
    );
  });

  test("is taken where all three are of one version, each with its own digest", () => {
    const one = server + digest("a");
    const images = { authentik: one, "authentik-worker": one, "authentik-ldap": ldap + digest("b") };
    const { hub } = planWith(images);
    const running = new Map(hub.containers.map(({ name, image }) => [name, image]));
    for (const [name, reference] of Object.entries(images)) expect(running.get(name)).toEqual({ reference });
  });
});
