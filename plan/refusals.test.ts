import { describe, expect, test } from "vitest";
import { type Catalogue, catalogue } from "../catalogue/catalogue.ts";
import { secret, text } from "../catalogue/text.ts";
import { SettingsError } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";
import { makePlan } from "./make-plan.ts";
import { inOrderOfNeed, inOrderOfStart } from "./order.ts";
import { exampleHost, exampleSettings } from "./testing.ts";

/** What the plan is refused with: the lines below the headline, without their indentation. */
function refusal(settings: Settings, services: Catalogue = catalogue): string[] {
  try {
    makePlan(settings, services);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error("the plan was not refused");
}

const withServices = (changes: Partial<Settings["services"]>) =>
  exampleSettings({ services: { ...exampleSettings().services, ...changes } });

describe("a plan is refused, naming file, key, value and remedy", () => {
  test("memory limits over budget", () => {
    const hosts = [exampleHost({ name: "cloud", role: "hub", ramMiB: 3700, swapMiB: 4096 }), exampleHost({})];
    expect(refusal(exampleSettings({ hosts }))).toEqual([
      "Pulumi.cloud.yaml: kitestacks:host.swapMiB is 4096: the memory limits of cloud's containers come to 7892 MiB, " +
        "allowed are RAM + swap - 512 = 7284 MiB; set host.swapMiB to at least 4704 or host.profile to lite",
    ]);
  });

  test("typical use over budget, and the remedy is enough", () => {
    const hosts = [exampleHost({ name: "cloud", role: "hub", ramMiB: 3000, swapMiB: 2048 }), exampleHost({})];
    const lines = refusal(exampleSettings({ hosts }));
    expect(lines[1]).toContain("the typical use of cloud's containers comes to");
    const enough = Math.max(...lines.map((line) => Number(/at least (\d+)/.exec(line)?.[1])));
    const mended = [
      exampleHost({ name: "cloud", role: "hub", ramMiB: 3000, swapMiB: enough }),
      exampleHost({}),
    ];
    expect(() => makePlan(exampleSettings({ hosts: mended }), catalogue)).not.toThrow();
  });

  test("a domain that is too long for the names under it", () => {
    const long = `${"a".repeat(60)}.`.repeat(4).slice(0, 242);
    const domain = `${long.slice(0, 238)}.com`;
    expect(domain).toHaveLength(242);
    const { site } = exampleSettings();
    expect(refusal(exampleSettings({ site: { ...site, domain } }))).toEqual([
      `Pulumi.cloud.yaml: kitestacks:site.domain is "${domain}": too long for openproject before it: ` +
        "254 characters, and DNS ends at 253; write a domain of at most 241",
    ]);
    const shorter = domain.slice(1);
    expect(() => makePlan(exampleSettings({ site: { ...site, domain: shorter } }), catalogue)).not.toThrow();
  });

  test("a public service whose data differs per host, not accepted by name", () => {
    const accepted = exampleSettings().services.acceptSplitData.filter((name) => name !== "forgejo");
    const [line] = refusal(withServices({ acceptSplitData: accepted }));
    expect(line).toContain("Pulumi.cloud.yaml: kitestacks:services.acceptSplitData is [");
    expect(line).toContain(
      "forgejo is public and keeps repositories and issues on each host apart, so visitors may meet either copy; " +
        "add forgejo to accept that",
    );
  });

  test("one host alone needs no acceptance", () => {
    const settings = withServices({ acceptSplitData: [] });
    const alone = { ...settings, hosts: [exampleHost({ role: "hub" })] };
    expect(() => makePlan(alone, catalogue)).not.toThrow();
  });

  test("a lite profile without a part that is required", () => {
    expect(
      refusal(withServices({ liteLeavesOut: ["chrome", "grafana", "prometheus", "cloudflared"] })),
    ).toEqual([
      'Pulumi.cloud.yaml: kitestacks:services.liteLeavesOut[1] is "grafana": a lite host needs it: every public name ' +
        "answers on every host; leave out only meilisearch, chrome, kite-litellm, portainer",
      'Pulumi.cloud.yaml: kitestacks:services.liteLeavesOut[2] is "prometheus": a lite host needs it: grafana cannot ' +
        "do without it; leave out only meilisearch, chrome, kite-litellm, portainer",
      'Pulumi.cloud.yaml: kitestacks:services.liteLeavesOut[3] is "cloudflared": a lite host needs it: the promises ' +
        "rest on it; leave out only meilisearch, chrome, kite-litellm, portainer",
    ]);
  });

  test("services that do not exist, all at once", () => {
    const lines = refusal(withServices({ images: { graphana: "x/y:1" }, liteLeavesOut: ["chromium"] }));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(
      'kitestacks:services.images.graphana is "graphana": there is no such service; use one of',
    );
    expect(lines[1]).toContain(
      'kitestacks:services.liteLeavesOut[0] is "chromium": there is no such service',
    );
  });

  test("a new password that only the person who has the old one can set", () => {
    expect(refusal(withServices({ rotate: { "kavita.adminPassword": "november" } }))).toEqual([
      'Pulumi.cloud.yaml: kitestacks:services.rotate.kavita.adminPassword is "november": the running service remembers ' +
        "the old one (first administrator), and no step can tell it the new one; " +
        "take the entry out; such a password is changed in the service itself",
    ]);
  });

  test("a new value for what encrypts stored data", () => {
    expect(refusal(withServices({ rotate: { "openproject.secretKeyBase": "x" } }))[0]).toContain(
      "it can never be changed: it encrypts stored columns, which nobody could read any more; take the entry out",
    );
  });

  test("a secret that does not exist", () => {
    expect(refusal(withServices({ rotate: { "grafana.password": "x" } }))[0]).toContain(
      "there is no such generated secret; use one of ",
    );
  });

  test("a secret whose containers only have to be replaced may be rotated", () => {
    const plan = makePlan(withServices({ rotate: { "grafana.oidc": "2026-12" } }), catalogue);
    expect(plan.generated.find(({ name }) => name === "grafana.oidc")?.label).toBe("2026-12");
  });

  test("two services that want the same hostname or the same port of the tailnet address", () => {
    const twice = catalogue.map((service) =>
      service.name === "kavita" && service.public
        ? {
            ...service,
            public: { ...service.public, hostname: "grafana" },
            tailnetPorts: [{ port: 3000, reachedBy: "people" as const }],
          }
        : service,
    );
    expect(refusal(exampleSettings(), twice)).toEqual([
      "catalogue: grafana: it wants grafana.example.org, which kavita has; give it another hostname",
      "catalogue: kavita: it wants port 3000 of the host's tailnet address, which forgejo has; give it another port",
    ]);
  });
});

describe("order of need", () => {
  test("a circle is named", () => {
    const circle = [
      { name: "a", needs: ["b"] },
      { name: "b", needs: ["a"] },
    ];
    expect(() => inOrderOfNeed(circle)).toThrow("These wait for each other: a → b → a.");
  });

  test("an unknown need is named", () => {
    expect(() => inOrderOfNeed([{ name: "a", needs: ["ghost"] }])).toThrow(
      "a needs ghost, which is not in the catalogue.",
    );
  });

  test("a gate that itself waits for the connector is named as a circle: it would never open", () => {
    const { containers, steps } = makePlan(exampleSettings(), catalogue).hub;
    const circular = steps.map((step) =>
      step.name === "kavita.register-admin" ? { ...step, needs: [...step.needs, "cloudflared"] } : step,
    );
    expect(() => inOrderOfStart(containers, circular)).toThrow(
      "These wait for each other: cloudflared → cloudflared.",
    );
  });
});

describe("a catalogue is refused", () => {
  const changed = (name: string, changes: Partial<Catalogue[number]>): Catalogue =>
    catalogue.map((service) => (service.name === name ? { ...service, ...changes } : service));

  const without = (name: string, fact: keyof Catalogue[number]): Catalogue =>
    catalogue.map((service) => {
      const { [fact]: _left, ...rest } = service;
      return service.name === name ? (rest as Catalogue[number]) : service;
    });

  test("when a command holds a secret", () => {
    const leaking = changed("cloudflared", { command: () => [text`--token=${secret("edge.tunnelToken")}`] });
    expect(refusal(exampleSettings(), leaking)).toEqual([
      "catalogue: cloudflared: its command holds a secret; pass it by environment or by a file",
    ]);
  });

  test("when a public service would be missing on a host", () => {
    expect(refusal(exampleSettings(), changed("grafana", { runsOn: "hub" }))[0]).toContain(
      "catalogue: grafana: it is public, but does not run on every host",
    );
    expect(refusal(exampleSettings(), changed("grafana", { mayBeLeftOut: true }))[0]).toContain(
      "catalogue: grafana",
    );
  });

  test("when a public service would be its first visitor's, because no step that is a gate makes the administrator", () => {
    const wrong =
      "it is public, its first visitor becomes its administrator until create-admin has run, and no step of that name is a gate; " +
      "add the step create-admin to its firstRun, with gate: true";
    expect(refusal(exampleSettings(), changed("uptime-kuma", { firstRun: [] }))).toEqual([
      `catalogue: uptime-kuma: ${wrong}`,
    ]);
    const ungated = [{ step: "create-admin", purpose: "", secrets: [] }];
    expect(refusal(exampleSettings(), changed("uptime-kuma", { firstRun: ungated }))).toEqual([
      `catalogue: uptime-kuma: ${wrong}`,
    ]);
    const portainer = changed("portainer", { firstVisitor: { until: "dance" } });
    expect(() => makePlan(exampleSettings(), portainer)).not.toThrow(); // It is not public.
  });

  test("when nobody says which service lets the public in", () => {
    const [first, ...others] = refusal(exampleSettings(), without("cloudflared", "connector"));
    expect(first).toBe(
      "catalogue: karakeep: it is public, its first visitor becomes its administrator until create-admin has run, and no " +
        "service is the connector, which has to wait for it; set connector: true on the service that lets the public in",
    );
    expect(others).toHaveLength(2);
  });

  test("when two services have one name", () => {
    expect(refusal(exampleSettings(), [...catalogue, ...catalogue.slice(0, 1)])[0]).toBe(
      "catalogue: homepage: two services have this name; rename one of them",
    );
  });
});
