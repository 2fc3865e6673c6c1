import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { resolve } from "../catalogue/text.ts";
import { makePlan } from "./make-plan.ts";
import { gatesBefore } from "./order.ts";
import { exampleSettings } from "./testing.ts";

/** Settings that keep strangers out of running applications, and let the people of the two groups in. */
function environmentOf(name: string, openprojectLogin: "ldap" | "oidc" = "ldap"): Record<string, string> {
  const { services, providedSecrets } = exampleSettings();
  const settings = exampleSettings({
    services: { ...services, openprojectLogin },
    providedSecrets: [
      ...providedSecrets,
      ...(openprojectLogin === "oidc" ? (["openprojectEnterpriseToken"] as const) : []),
    ],
  });
  const container = makePlan(settings, catalogue).hub.containers.find((one) => one.name === name);
  if (container === undefined) throw new Error(`the hub runs no ${name}`);
  return Object.fromEntries(
    Object.entries(container.environment).map(([key, value]) => [
      key,
      resolve(value, (reference) => reference.ref),
    ]),
  );
}

describe("nobody makes an account without Authentik", () => {
  test("in Open WebUI, whose own switch lasts until its second start", () => {
    expect(environmentOf("kite-openwebui")).toMatchObject({
      ENABLE_PERSISTENT_CONFIG: "False",
      ENABLE_SIGNUP: "False",
      ENABLE_OAUTH_SIGNUP: "True",
    });
  });

  test("in OpenProject; first logins by LDAP and by OpenID Connect still make one", () => {
    const ldap = environmentOf("openproject");
    expect(ldap["OPENPROJECT_SELF__REGISTRATION"]).toBe("0");
    expect(ldap["OPENPROJECT_SEED_LDAP_AUTHENTIK_SYNC__USERS"]).toBe("true");
    expect(environmentOf("openproject", "oidc")).toMatchObject({
      OPENPROJECT_SELF__REGISTRATION: "0",
      OPENPROJECT_OPENID__CONNECT_AUTHENTIK_LIMIT__SELF__REGISTRATION: "false",
    });
  });
});

test("people who are no administrators of Open WebUI see its models, and no model besides ours", () => {
  expect(environmentOf("kite-openwebui")).toMatchObject({
    BYPASS_MODEL_ACCESS_CONTROL: "True",
    ENABLE_EVALUATION_ARENA_MODELS: "False",
  });
});

describe("who comes first becomes no administrator", () => {
  const { hosts } = makePlan(exampleSettings(), catalogue);

  test.each(hosts.map((host) => [host.name, host] as const))(
    "on %s: the connector waits for the steps that make one, and comes after all that they need",
    (_, { containers, steps }) => {
      const connector = containers.find(({ name }) => name === "cloudflared");
      const gates = gatesBefore(connector ?? { needs: [] }, steps);
      expect(gates.map(({ name }) => name)).toEqual([
        "karakeep.create-admin",
        "kavita.register-admin",
        "uptime-kuma.create-admin",
      ]);
      const before = containers.slice(
        0,
        containers.findIndex(({ name }) => name === "cloudflared"),
      );
      for (const { needs } of gates)
        expect(before.map(({ name }) => name)).toEqual(expect.arrayContaining([...needs]));
    },
  );

  test("steps that ask for the public name come after the connector, as before", () => {
    const asking = hosts[0]?.steps.filter(({ needs }) => needs.includes("cloudflared"));
    expect(asking?.map(({ name, gate }) => [name, gate])).toEqual([
      ["forgejo.add-oauth-source", false],
      ["kavita.oidc-settings", false],
    ]);
  });
});

test("Grafana's cookies travel over https alone", () => {
  expect(environmentOf("grafana")["GF_SECURITY_COOKIE_SECURE"]).toBe("true");
});
