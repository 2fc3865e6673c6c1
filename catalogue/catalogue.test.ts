import { describe, expect, test } from "vitest";
import { catalogue } from "./catalogue.ts";

const publicNames = catalogue.flatMap(({ public: face }) =>
  face === undefined ? [] : [face.hostname, ...(face.alsoAt ?? [])],
);

describe("the catalogue", () => {
  test("holds every container of the architecture document under its name", () => {
    expect(catalogue.map(({ name }) => name).sort()).toEqual([
      "authentik",
      "authentik-ldap",
      "authentik-worker",
      "chrome",
      "cloudflared",
      "forgejo",
      "grafana",
      "homepage",
      "karakeep",
      "kavita",
      "kite-litellm",
      "kite-openwebui",
      "kitestacks-metrics-api",
      "meilisearch",
      "node-exporter",
      "openproject",
      "portainer",
      "postgres",
      "prometheus",
      "redis",
      "uptime-kuma",
    ]);
  });

  test("publishes nine services under ten hostnames", () => {
    expect(catalogue.filter(({ public: face }) => face)).toHaveLength(9);
    expect(publicNames.sort()).toEqual(
      ["@", "auth", "chat", "git", "grafana", "karakeep", "kavita", "openproject", "status", "www"].sort(),
    );
  });

  test.each(catalogue.map((service) => [service.name, service] as const))(
    "%s: its facts agree",
    (_, service) => {
      const names = catalogue.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([...(service.needs ?? [])]));
      expect(service.memory.typical).toBeLessThanOrEqual(service.memory.limit);
      if (service.public) expect(service.runsOn).toBe("every host");
      if (service.public) expect(service.mayBeLeftOut).toBeUndefined();
      if (service.data.placement === "none") expect(service.volumes ?? []).toEqual([]);
      if ("clientId" in service.sso) expect(service.secrets?.["oidc"]).toBeDefined();
      if ("clientId" in service.sso) expect(service.sso.redirectPath).toMatch(/^\//);
      // Only split data are asked to be accepted by name: a login that cannot change host needs them.
      if ("loginState" in service.sso && service.sso.loginState.kept === "per-host")
        expect(service.data).toMatchObject({ placement: "per-host", writable: true });
      if ("reference" in service.image) expect(service.image.reference).toMatch(/:[\w.-]+$/);
      for (const step of service.firstRun ?? []) {
        for (const name of step.secrets) {
          expect(Object.keys(service.secrets ?? {})).toContain(name.split(".")[1]);
        }
      }
    },
  );

  test("volumes belong to one service each, so that removing one cannot touch another's data", () => {
    const volumes = catalogue.flatMap(({ volumes = [] }) => volumes.map(({ name }) => name));
    expect(new Set(volumes).size).toBe(volumes.length);
  });

  test("what encrypts stored data can never be rotated", () => {
    const never = catalogue.flatMap(({ name, secrets = {} }) =>
      Object.entries(secrets)
        .filter(([, { rotation }]) => rotation === "never")
        .map(([key]) => `${name}.${key}`),
    );
    expect(never.sort()).toEqual(["forgejo.secretKey", "grafana.secretKey", "openproject.secretKeyBase"]);
  });
});
