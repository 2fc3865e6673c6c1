import fc from "fast-check";
import { expect, test } from "vitest";
import { type Catalogue, catalogue } from "../catalogue/catalogue.ts";
import { resolve, type Text } from "../catalogue/text.ts";
import { observePlan } from "../operations/observe-plan.ts";
import { entriesOf, type ReadEntry, readFiles } from "../operations/sign-on/testing-blueprints.ts";
import { signOn } from "../promises/p6-sign-on.ts";
import type { HostSettings, Settings } from "../settings/settings.ts";
import { makePlan } from "./make-plan.ts";
import type { ContainerPlan, HostPlan } from "./plan.ts";
import { exampleHost, exampleSettings } from "./testing.ts";

/** Each may be missing; what needs it goes with it. */
const removable: Readonly<Record<string, readonly string[]>> = {
  forgejo: ["forgejo", "kitestacks-metrics-api"],
  openproject: ["openproject"],
  "OpenProject and its directory": ["openproject", "authentik-ldap"],
  "kite-openwebui": ["kite-openwebui"],
  karakeep: ["karakeep", "meilisearch", "chrome"],
  kavita: ["kavita"],
  grafana: ["grafana"],
  "uptime-kuma": ["uptime-kuma"],
  portainer: ["portainer"],
  litellm: ["kite-litellm"],
};

const subset = fc.subarray(Object.keys(removable)).map((removed): Catalogue => {
  const names = removed.flatMap((key) => removable[key] ?? []);
  return catalogue
    .filter(({ name }) => !names.includes(name))
    .map(({ needs = [], ...service }) => ({ ...service, needs: needs.filter((it) => !names.includes(it)) }));
});

const hosts = fc
  .array(fc.constantFrom("full", "lite" as const), { minLength: 1, maxLength: 4 })
  .map((profiles): readonly HostSettings[] =>
    profiles.map((profile, i) =>
      exampleHost({
        name: i === 0 ? "home" : `member-${i}`,
        role: i === 0 ? "hub" : "member",
        // The hub's is known only when it has joined.
        tailnetAddress: i === 0 ? undefined : `100.64.0.${i + 1}`,
        profile,
      }),
    ),
  );

const settingsFor = (services: Catalogue, hosts: readonly HostSettings[], login: "ldap" | "oidc") => {
  const base = exampleSettings({ hosts });
  const known = base.services.acceptSplitData.filter((name) => services.some((it) => it.name === name));
  return { ...base, services: { ...base.services, acceptSplitData: known, openprojectLogin: login } };
};

const shown = (value: Text) =>
  resolve(value, (it) => (it.ref === "secret" ? `<secret ${it.name}>` : "100.100.100.100"));

/** Everything that the application on a host is set by: environment, files, what its first-run steps are given. */
function settingsText(host: HostPlan, container: ContainerPlan): string {
  const texts = [
    ...Object.values(container.environment),
    ...container.files.map(({ content }) => content),
    ...host.steps.filter(({ service }) => service === container.name).map(({ input }) => input),
  ];
  return texts.map(shown).join("\n");
}

function expectAgreement(host: HostPlan, container: ContainerPlan, provider: ReadEntry, slug: string): void {
  const text = settingsText(host, container);
  const own = `https://auth.example.org/application/o/${slug}/`;
  const addresses = [...text.matchAll(/https:\/\/auth\.example\.org\/application\/o\/([\w-]+)\//g)];
  // Endpoints that all applications share have their own names where a slug would stand.
  const slugs = addresses
    .map(([, name = ""]) => name)
    .filter((name) => !/^(authorize|token|userinfo)$/.test(name));
  expect(new Set(slugs), container.name).toEqual(new Set([slug]));
  expect(text).toContain(own);
  expect(text).toContain(`<secret ${container.name}.oidc>`);
  expect(text).toContain(slug);
  const uris = (provider.attrs["redirect_uris"] as readonly { url: string }[]).map(({ url }) => url);
  if (container.name === "portainer") {
    const address = shown(host.address);
    expect(uris).toContain(`https://${address}:9443/`);
    expect(text).toContain(`https://${address}:9443/`);
  }
}

function check(settings: Settings, services: Catalogue): number {
  const plan = makePlan(settings, services);
  const [worker] = plan.hub.containers.filter(({ name }) => name === "authentik-worker");
  const files = readFiles(worker);
  const providers = entriesOf(files, "authentik_providers_oauth2.oauth2provider");
  const applications = entriesOf(files, "authentik_core.application");
  for (const provider of providers) {
    const name = String(provider.identifiers["name"]);
    const slug = String(provider.attrs["client_id"]);
    expect(applications.filter(({ identifiers }) => identifiers["slug"] === slug)).toHaveLength(1);
    const running = plan.hosts.flatMap((host) =>
      host.containers.filter((it) => it.name === name).map((container) => ({ host, container })),
    );
    expect(running.length, `${name} is registered and runs somewhere`).toBeGreaterThan(0);
    for (const { host, container } of running) expectAgreement(host, container, provider, slug);
  }
  const { verdict, evidence } = signOn(observePlan(plan, services, () => []));
  const hasPublicClients = providers.some(({ identifiers }) => identifiers["name"] !== "portainer");
  expect([verdict, evidence]).toEqual([hasPublicClients ? "proved" : "not checked", evidence]);
  return providers.length;
}

test("for any subset of services and any hosts, blueprints and the settings of applications agree", () => {
  const seen = new Set<number>();
  fc.assert(
    fc.property(subset, hosts, fc.constantFrom("ldap", "oidc" as const), (services, hosts, login) => {
      seen.add(check(settingsFor(services, hosts, login), services));
    }),
    { numRuns: 40, seed: 20261123 },
  );
  // From nothing at all to everything, or the property would say little.
  expect(Math.min(...seen)).toBeLessThanOrEqual(1);
  expect(Math.max(...seen)).toBe(7);
}, 120_000);
