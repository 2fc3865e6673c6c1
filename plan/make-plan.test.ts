import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { isSecret, type Reference, referencesIn, resolve, type Text } from "../catalogue/text.ts";
import { providedSecrets } from "../settings/secrets.ts";
import { hostOf, makePlan } from "./make-plan.ts";
import type { ContainerPlan, HostPlan } from "./plan.ts";
import { exampleHost, exampleSettings } from "./testing.ts";

const plan = makePlan(exampleSettings(), catalogue);
const home = hostOf(plan, "home");
const cloud = hostOf(plan, "cloud");

function container(host: HostPlan, name: string): ContainerPlan {
  const found = host.containers.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`${host.name} runs no ${name}`);
  return found;
}

const show = (reference: Reference) =>
  reference.ref === "secret" ? `<${reference.name}>` : `(${reference.host})`;
const shown = (value: Text | undefined) => resolve(value ?? "", show);

describe("what each host runs", () => {
  test("all of the catalogue on the hub, all but the shared databases on a member", () => {
    expect(cloud.containers).toHaveLength(21);
    expect(home.containers).toHaveLength(19);
    expect(home.containers.map(({ name }) => name)).not.toContain("postgres");
  });

  test("every container after what it needs", () => {
    for (const { containers } of plan.hosts) {
      const position = (name: string) => containers.findIndex((it) => it.name === name);
      for (const it of containers) {
        for (const needed of it.needs) expect(position(needed)).toBeLessThan(position(it.name));
      }
    }
    expect(container(cloud, "authentik").needs).toEqual(["postgres"]);
    expect(container(home, "authentik").needs).toEqual([]); // its database is on another host
  });

  test("the site's time zone where people meet the clock of a service; Authentik's stays UTC, which it asks for", () => {
    const { containers } = cloud;
    const zones = containers.filter(({ environment }) => environment["TZ"] !== undefined);
    expect(zones.map(({ name, environment }) => [name, environment["TZ"]])).toEqual([
      ["kavita", "Europe/Berlin"],
      ["uptime-kuma", "Europe/Berlin"],
    ]);
  });

  test("a lite host leaves out what may be left out, and its apps fall back", () => {
    const lite = makePlan(
      exampleSettings({
        hosts: [exampleHost({ name: "cloud", role: "hub", profile: "lite" }), exampleHost({})],
      }),
      catalogue,
    );
    const names = hostOf(lite, "cloud").containers.map(({ name }) => name);
    for (const left of ["kite-litellm", "meilisearch", "chrome", "portainer"])
      expect(names).not.toContain(left);
    const chat = container(hostOf(lite, "cloud"), "kite-openwebui").environment;
    expect(chat["OPENAI_API_BASE_URL"]).toBe("https://openrouter.ai/api/v1");
    expect(shown(chat["OPENAI_API_KEY"])).toBe("<provided.openrouterApiKey>");
    expect(container(hostOf(lite, "cloud"), "karakeep").environment["MEILI_ADDR"]).toBeUndefined();
    expect(container(hostOf(lite, "home"), "karakeep").environment["MEILI_ADDR"]).toBe(
      "http://meilisearch:7700",
    );
  });
});

describe("the shared database", () => {
  test("a member reaches it at the hub's tailnet address, the hub by name", () => {
    expect(shown(container(home, "authentik").environment["AUTHENTIK_POSTGRESQL__HOST"])).toBe("(cloud)");
    expect(shown(container(cloud, "authentik").environment["AUTHENTIK_POSTGRESQL__HOST"])).toBe("postgres");
    expect(shown(container(home, "kite-litellm").environment["REDIS_HOST"])).toBe("(cloud)");
  });

  test("is published on the hub's tailnet address and nowhere else", () => {
    expect(container(cloud, "postgres").published.map(({ address, port }) => [shown(address), port])).toEqual(
      [["(cloud)", 5432]],
    );
  });

  test("server and worker on every host share image, key and password", () => {
    const all = plan.hosts.flatMap((host) => [
      container(host, "authentik"),
      container(host, "authentik-worker"),
    ]);
    for (const key of [
      "AUTHENTIK_SECRET_KEY",
      "AUTHENTIK_POSTGRESQL__PASSWORD",
      "AUTHENTIK_POSTGRESQL__NAME",
    ]) {
      expect(new Set(all.map(({ environment }) => shown(environment[key]))).size).toBe(1);
    }
    expect(new Set(all.map(({ image }) => JSON.stringify(image))).size).toBe(1);
  });
});

describe("exposure", () => {
  test("every published port is on the tailnet address of its own host", () => {
    for (const host of plan.hosts) {
      for (const { published } of host.containers) {
        for (const { address } of published) expect(address).toEqual(host.address);
      }
    }
  });

  test("what shares the host's network listens on the tailnet address and the bridge's gateway only", () => {
    expect(container(home, "node-exporter").command).toContain("--web.listen-address=100.64.0.1:9100");
    expect(shown(container(cloud, "kitestacks-metrics-api").environment["LISTEN"])).toBe(
      "172.30.0.1:8000,(cloud):8000",
    );
    const onHostNetwork = home.containers.filter(({ network }) => network === "host").map(({ name }) => name);
    expect(onHostNetwork.sort()).toEqual(["kitestacks-metrics-api", "node-exporter"]);
  });
});

describe("secrets", () => {
  test("none in a command", () => {
    for (const { containers } of plan.hosts) {
      for (const { command } of containers) expect(command.some(isSecret)).toBe(false);
    }
  });

  test("every one that is used is generated, derived or provided", () => {
    const known = new Set([
      ...plan.generated.map(({ name }) => name),
      ...plan.settings.providedSecrets.map((key) => `provided.${key}`),
      "edge.tunnelToken",
    ]);
    const used = plan.hosts.flatMap(({ containers }) =>
      containers.flatMap((it) => [
        ...Object.values(it.environment).flatMap(referencesIn),
        ...it.files.flatMap(({ content }) => referencesIn(content)),
      ]),
    );
    const names = used.flatMap((it) => (it.ref === "secret" ? [it.name] : []));
    expect([...new Set(names)].filter((name) => !known.has(name))).toEqual([]);
  });

  test("every one that a person gives is used, the accounts' tokens aside", () => {
    const keys = providedSecrets.filter(({ variable }) => variable === undefined).map(({ key }) => key);
    const given = makePlan(exampleSettings({ providedSecrets: keys }), catalogue);
    const texts = given.hosts.flatMap(({ containers, steps, sshKey }) => [
      ...containers.flatMap((it) => [
        ...Object.values(it.environment),
        ...it.files.map(({ content }) => content),
      ]),
      ...steps.map(({ input }) => input),
      ...(sshKey === undefined ? [] : [sshKey]),
    ]);
    const used = texts.flatMap(referencesIn).flatMap((it) => (it.ref === "secret" ? [it.name] : []));
    expect(used).toEqual(expect.arrayContaining(keys.map((key) => `provided.${key}`)));
  });

  test("OpenProject gets the Enterprise token where one is given", () => {
    const variable = "OPENPROJECT_SEED__ENTERPRISE__TOKEN";
    expect(container(home, "openproject").environment[variable]).toBeUndefined();
    const given = makePlan(exampleSettings({ providedSecrets: ["openprojectEnterpriseToken"] }), catalogue);
    for (const host of given.hosts) {
      expect(shown(container(host, "openproject").environment[variable])).toBe(
        "<provided.openprojectEnterpriseToken>",
      );
    }
  });

  test("an optional token is only mentioned where it was given", () => {
    expect(container(home, "kitestacks-metrics-api").environment["FORGEJO_TOKEN"]).toBeUndefined();
    const given = makePlan(exampleSettings({ providedSecrets: ["forgejoToken"] }), catalogue);
    const { environment } = container(hostOf(given, "home"), "kitestacks-metrics-api");
    expect(shown(environment["FORGEJO_TOKEN"])).toBe("<provided.forgejoToken>");
  });

  test("the Authentik worker knows the client secret of every application that signs on with OpenID", () => {
    const { environment } = container(cloud, "authentik-worker");
    expect(shown(environment["KS_OIDC_KITE_OPENWEBUI_SECRET"])).toBe("<kite-openwebui.oidc>");
    const clients = Object.keys(environment).filter((key) => key.startsWith("KS_OIDC_"));
    // OpenProject signs on over LDAP here.
    expect(clients).toHaveLength(6);
  });
});

describe("files", () => {
  test("Prometheus scrapes every host at its tailnet address, itself included, every 15 s", () => {
    const file = container(home, "prometheus").files.find(
      ({ path }) => path === "/etc/prometheus/prometheus.yml",
    );
    const yaml = shown(file?.content);
    expect(yaml).toContain("scrape_interval: 15s");
    expect(yaml).toContain('- targets: ["(cloud):9100"]');
    expect(yaml).toContain('- targets: ["100.64.0.1:9100"]');
    expect(yaml).not.toContain("node-exporter:9100");
  });

  test("Redis reads its password from a file of its own user", () => {
    const file = container(cloud, "redis").files[0];
    expect(shown(file?.content)).toContain("requirepass <redis.password>");
    expect(file).toMatchObject({ owner: 999, mode: "0400" });
  });

  test("Kavita's settings are valid JSON", () => {
    const file = container(home, "kavita").files[0];
    expect(JSON.parse(shown(file?.content))).toMatchObject({
      TokenKey: "<kavita.tokenKey>",
      OpenIdConnectSettings: {
        Authority: "https://auth.example.org/application/o/kavita/",
        Secret: "<kavita.oidc>",
      },
    });
  });

  test("the portal's files name this host", () => {
    const files = container(home, "homepage").files.map(({ content }) => shown(content));
    expect(files.join("\n")).toContain("home");
  });
});

describe("settings that change containers", () => {
  test("an image override, for a built image its base", () => {
    const services = {
      ...exampleSettings().services,
      images: { grafana: "grafana/grafana:14.0.0", homepage: "nginx:1.31.0-alpine" },
    };
    const overridden = makePlan(exampleSettings({ services }), catalogue);
    expect(container(hostOf(overridden, "home"), "grafana").image).toEqual({
      reference: "grafana/grafana:14.0.0",
    });
    expect(container(hostOf(overridden, "home"), "homepage").image).toMatchObject({
      build: "portal",
      base: "nginx:1.31.0-alpine",
    });
  });

  test("a books folder of the host takes the place of the volume at the same path", () => {
    const hosts = [exampleHost({ name: "cloud", role: "hub" }), exampleHost({ booksPath: "/srv/books" })];
    const kavita = container(hostOf(makePlan(exampleSettings({ hosts }), catalogue), "home"), "kavita");
    expect(kavita.hostPaths).toEqual([{ hostPath: "/srv/books", path: "/books" }]);
    expect(kavita.volumes.map(({ path }) => path)).toEqual(["/kavita/config"]);
  });

  test("OpenProject signs on over LDAP, with OpenID only where a token was bought", () => {
    const ldap = container(home, "openproject").environment;
    expect(ldap["OPENPROJECT_SEED_LDAP_AUTHENTIK_HOST"]).toBe("authentik-ldap");
    const services = { ...exampleSettings().services, openprojectLogin: "oidc" as const };
    const oidc = container(hostOf(makePlan(exampleSettings({ services }), catalogue), "home"), "openproject");
    expect(oidc.environment["OPENPROJECT_OPENID__CONNECT_AUTHENTIK_IDENTIFIER"]).toBe("openproject");
    expect(oidc.environment["OPENPROJECT_SEED_LDAP_AUTHENTIK_HOST"]).toBeUndefined();
  });
});
