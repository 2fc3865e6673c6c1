import { describe, expect, test } from "vitest";
import { type Catalogue, catalogue } from "../catalogue/catalogue.ts";
import { secret, text } from "../catalogue/text.ts";
import { SettingsError } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";
import { makePlan } from "./make-plan.ts";
import { inOrderOfNeed } from "./order.ts";
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

describe("a grant for other devices", () => {
  const granting = (grant: { src: string[]; dst: string[]; ip: string[] }) =>
    exampleSettings({ tailnet: { ...exampleSettings().tailnet, extraGrants: [grant] } });

  test.each([
    [["*"], ["*"]],
    [["tag:kitestacks"], ["tcp:5432"]],
    [["tag:kitestacks"], ["tcp:5000-6000"]],
    [["100.64.0.0/10"], ["5432"]],
    [["autogroup:tagged"], ["tcp:*"]],
  ])("to %j with %j opens the database and is refused", (dst, ip) => {
    const [line] = refusal(granting({ src: ["autogroup:member"], dst, ip }));
    expect(line).toContain("Pulumi.cloud.yaml: kitestacks:tailnet.extraGrants[0] is {");
    expect(line).toContain(
      "of the hub, which only our hosts may reach; name other devices in dst, or leave 5432",
    );
  });

  test.each([
    [["autogroup:self"], ["*"]],
    [["tag:printer"], ["tcp:631"]],
    [["tag:kitestacks"], ["udp:5432", "tcp:443", "icmp:*"]],
    [["100.64.0.9"], ["*"]],
    [["192.168.1.0/24"], ["*"]],
  ])("to %j with %j is kept", (dst, ip) => {
    expect(() => makePlan(granting({ src: ["autogroup:member"], dst, ip }), catalogue)).not.toThrow();
  });

  test.each(["none", "adopt"] as const)("may mean a hub of server.mode %s, which a person joined", (mode) => {
    const hosts = [exampleHost({ name: "cloud", role: "hub", tailnetAddress: "100.64.0.2" })];
    const shape = { id: "1", type: "cpx21", location: "hil", image: "debian-13", sshKeys: [] };
    const server = mode === "none" ? { mode } : { mode, ...shape };
    const refusalOf = (dst: string) => {
      const { tailnet } = granting({ src: ["autogroup:member"], dst: [dst], ip: ["*"] });
      return refusal(exampleSettings({ hosts, server, tailnet }));
    };
    for (const dst of ["autogroup:self", "autogroup:member", "me@example.org", "cloud", "100.64.0.2"])
      expect(refusalOf(dst).join(), dst).toContain("it opens postgres and redis of the hub");
  });

  test.each([
    ["cloud", "there is a tag", "the policy has no host cloud; write tag:kitestacks"],
    [
      "printer",
      "it is none of ours",
      "the policy has no host printer; write its address (`tailscale ip -4` prints it) or its tag; hosts are home",
    ],
  ])("names a host that the policy does not know (%s: %s)", (name, _, says) => {
    const [line] = refusal(granting({ src: ["autogroup:member"], dst: [name], ip: ["tcp:631"] }));
    expect(line).toContain(says);
  });

  test("that gives a tagged device people's own devices", () => {
    const [line] = refusal(granting({ src: ["*", "tag:x"], dst: ["autogroup:self"], ip: ["tcp:445"] }));
    expect(line).toContain(
      "* and tag:x cannot have autogroup:self as dst, which is for people's own devices; " +
        "write autogroup:member or e-mail addresses in src",
    );
  });

  test("that the policy's own tests would fail on", () => {
    const [line] = refusal(granting({ src: ["*"], dst: ["home"], ip: ["tcp:22", "tcp:9100", "tcp:80"] }));
    expect(line).toContain(
      "it lets devices that nobody named (*) reach our hosts, which the policy's own tests forbid; " +
        "write autogroup:member, e-mail addresses or tags in src, or leave 22, 9100 out of ip",
    );
    const admins = ["tag:kitestacks-guest"];
    expect(refusal(exampleSettings({ tailnet: { ...exampleSettings().tailnet, admins } }))).toEqual([
      'Pulumi.cloud.yaml: kitestacks:tailnet.admins[0] is "tag:kitestacks-guest": the tag by which the policy tests ' +
        "that strangers reach nothing; write another tag",
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
});

describe("a catalogue is refused", () => {
  const changed = (name: string, changes: Partial<Catalogue[number]>): Catalogue =>
    catalogue.map((service) => (service.name === name ? { ...service, ...changes } : service));

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

  test("when two services have one name", () => {
    expect(refusal(exampleSettings(), [...catalogue, ...catalogue.slice(0, 1)])[0]).toBe(
      "catalogue: homepage: two services have this name; rename one of them",
    );
  });
});
