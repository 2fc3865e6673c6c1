import { describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import {
  entriesOf,
  findsOf,
  type ReadEntry,
  readFiles,
  tagsIn,
  workers,
} from "../../operations/sign-on/testing-blueprints.ts";
import { makePlan } from "../make-plan.ts";
import { exampleSettings } from "../testing.ts";

const [worker] = workers();
const files = readFiles(worker);
const oidc = { ...exampleSettings().services, openprojectLogin: "oidc" as const };

describe("applications", () => {
  const applications = entriesOf(files, "authentik_core.application");
  const groupsOf = (slug: unknown): readonly string[] => {
    const file = files.find(({ blueprint }) =>
      blueprint.entries.some(({ identifiers }) => identifiers["slug"] === slug),
    );
    const id = file?.blueprint.entries.find(({ identifiers }) => identifiers["slug"] === slug)?.id;
    const bindings = (file?.blueprint.entries ?? []).filter(
      ({ model, identifiers }) =>
        model === "authentik_policies.policybinding" &&
        tagsIn(identifiers["target"]).some(({ args }) => args[0] === id),
    );
    return bindings.flatMap(({ identifiers }) =>
      findsOf(identifiers["group"]).map(({ args }) => String((args[1] as unknown[])[1])),
    );
  };

  test("have a tile that opens their public page", () => {
    const tiles = applications.filter(({ attrs }) => attrs["meta_hide"] !== true);
    expect(
      tiles.map(
        ({ identifiers, attrs }) => `${String(identifiers["slug"])} ${String(attrs["meta_launch_url"])}`,
      ),
    ).toEqual([
      "forgejo https://git.example.org/",
      "grafana https://grafana.example.org/",
      "karakeep https://karakeep.example.org/",
      "kavita https://kavita.example.org/",
      "open-webui https://chat.example.org/",
      "portainer https://100.100.100.100:9443/",
      "homepage https://example.org/",
      "openproject https://openproject.example.org/",
      "uptime-kuma https://status.example.org/",
    ]);
  });

  test.each(applications.map(({ identifiers }) => [String(identifiers["slug"])]))(
    "%s is open to our groups only",
    (slug) => {
      const expected = slug === "portainer" ? [] : ["kitestacks-users"];
      expect(groupsOf(slug)).toEqual([...expected, "kitestacks-admins"]);
    },
  );

  test("a tile says that it has no client: Authentik keeps the old value of a field that is left out", () => {
    const tiles = files.find(({ name }) => name === "50-tiles.yaml");
    const clients = entriesOf(tiles === undefined ? [] : [tiles], "authentik_core.application").map(
      ({ identifiers, attrs }) => [identifiers["slug"], attrs["provider"]],
    );
    expect(clients).toEqual([
      ["homepage", null],
      ["openproject", null],
      ["uptime-kuma", null],
    ]);
  });

  test("nothing uses what Authentik deprecated or never had", () => {
    const text = JSON.stringify(files.map(({ blueprint }) => blueprint));
    expect(text).not.toContain("ak_groups");
    expect(text).not.toContain("blank://");
  });
});

describe("OpenProject", () => {
  const providers = (read: readonly ReadEntry[]) => read.map(({ identifiers }) => identifiers["name"]);

  test("is no OpenID Connect client while it signs on over LDAP", () => {
    expect(providers(entriesOf(files, "authentik_providers_oauth2.oauth2provider"))).not.toContain(
      "openproject",
    );
  });

  test("becomes one with an Enterprise token, and its tile moves there", () => {
    const [other] = workers(exampleSettings({ services: oidc }));
    const read = readFiles(other);
    expect(providers(entriesOf(read, "authentik_providers_oauth2.oauth2provider"))).toContain("openproject");
    const slugs = entriesOf(read, "authentik_core.application").map(({ identifiers }) => identifiers["slug"]);
    expect(slugs.filter((slug) => slug === "openproject")).toHaveLength(1);
    expect(other?.environment).toHaveProperty("KS_OIDC_OPENPROJECT_SECRET");
  });

  test("binds as the account of the blueprint, with the password that is its token", () => {
    const { hub } = makePlan(exampleSettings(), catalogue);
    const environment = hub.containers.find(({ name }) => name === "openproject")?.environment ?? {};
    const base = entriesOf(files, "authentik_providers_ldap.ldapprovider")[0]?.attrs["base_dn"];
    const user = entriesOf(files, "authentik_core.user")[0];
    expect(environment["OPENPROJECT_SEED_LDAP_AUTHENTIK_BINDUSER"]).toBe(
      `cn=${String(user?.identifiers["username"])},ou=users,${String(base)}`,
    );
    expect(environment["OPENPROJECT_SEED_LDAP_AUTHENTIK_BINDPASSWORD"]).toEqual(
      worker?.environment["KS_LDAP_BIND_PASSWORD"],
    );
    const outpost = hub.containers.find(({ name }) => name === "authentik-ldap")?.environment ?? {};
    expect(outpost["AUTHENTIK_TOKEN"]).toEqual(worker?.environment["KS_LDAP_OUTPOST_TOKEN"]);
  });
});
