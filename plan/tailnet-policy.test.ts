import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { parsePolicy as judged, openTo } from "../promises/policy.ts";
import { failingTests } from "../rehearsal/world/tailscale/access.ts";
import { parsePolicy } from "../rehearsal/world/tailscale/policy.ts";
import { testWorld } from "../rehearsal/world/testing.ts";
import { goodFiles } from "../settings/fixtures/bad-cases.ts";
import { SettingsError } from "../settings/problem.ts";
import { readSettings } from "../settings/read.ts";
import { makePlan } from "./make-plan.ts";
import type { Policy } from "./plan.ts";
import { tailnetPlan } from "./tailnet-policy.ts";
import { exampleSettings } from "./testing.ts";

/** The policy as Tailscale would take it; throws in Tailscale's words where it would not. */
function accepted(policy: Policy) {
  const parsed = parsePolicy(JSON.stringify(policy));
  expect(failingTests(parsed, testWorld().state.tailscale)).toEqual([]);
  return parsed;
}

const withTailnet = (changes: Partial<ReturnType<typeof exampleSettings>["tailnet"]>) =>
  tailnetPlan(exampleSettings({ tailnet: { ...exampleSettings().tailnet, ...changes } }), catalogue).policy;

describe("the tags of the written policy", () => {
  test("are all defined: the hosts' own, a CI runner's and those of other devices", () => {
    const policy = withTailnet({
      admins: ["autogroup:admin", "tag:ci", "me@example.org"],
      extraGrants: [{ src: ["tag:till"], dst: ["tag:printer", "100.64.0.9"], ip: ["tcp:631"] }],
    });
    const people = ["autogroup:admin", "me@example.org"];
    expect(accepted(policy).tagOwners).toEqual({
      "tag:kitestacks": people,
      "tag:kitestacks-guest": people,
      "tag:ci": people,
      "tag:printer": people,
      "tag:till": people,
    });
  });

  test("belong to people only: a runner could make itself one of our hosts otherwise", () => {
    const { tagOwners } = withTailnet({ admins: ["tag:ci"] });
    // Nobody named: Tailscale leaves the tag to those who may edit the policy.
    expect(tagOwners["tag:kitestacks"]).toEqual([]);
  });

  test("are defined in the example of an adopted installation", () => {
    const settings = readSettings({ files: goodFiles("adopted"), stack: "cloud" });
    const { policy } = tailnetPlan(settings, catalogue);
    expect(Object.keys(accepted(policy).tagOwners)).toEqual(
      expect.arrayContaining(["tag:server", "tag:ci", "tag:printer"]),
    );
  });
});

describe("whatever a person writes", () => {
  const selectors = [
    ...["*", "autogroup:member", "autogroup:admin", "autogroup:owner", "autogroup:tagged", "autogroup:self"],
    ...[
      "autogroup:internet",
      "autogroup:danger-all",
      "autogroup:nonroot",
      "autogroup:members",
      "group:family",
    ],
    ...[
      "tag:ci",
      "tag:printer",
      "tag:kitestacks",
      "tag:kitestacks-guest",
      "me@example.org",
      "shed",
      "printer",
    ],
    ...[
      "100.101.102.103",
      "100.64.0.9",
      "100.64.0.0/10",
      "192.168.1.0/24",
      "0.0.0.0/0",
      "fd7a::1",
      "svc:web",
    ],
  ];
  const ports = ["*", "tcp:631", "5432", "tcp:22", "3000-3001", "icmp:*", "udp:53", "6:6379", "quic:443"];
  const some = (words: readonly string[]) =>
    fc.uniqueArray(fc.constantFrom(...words), { minLength: 1, maxLength: 2 });
  const tailnet = fc.record({
    admins: fc.oneof(fc.constant(["autogroup:admin"]), some(selectors)),
    extraGrants: fc.array(fc.record({ src: some(selectors), dst: some(selectors), ip: some(ports) }), {
      maxLength: 2,
    }),
  });
  const made =
    'type: cpx21, location: hil, sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII/8bo1ZhKqB6Oq4b2a+MSmE+V1BLeG8gUux9XRE894t x"]';
  const hubs = [
    {
      server: "{ mode: none }",
      address: "tailnetAddress: 100.101.102.103, ",
      at: "100.101.102.103",
      tags: [],
    },
    { server: `{ mode: create, ${made} }`, address: "", at: "100.100.0.7", tags: ["tag:kitestacks"] },
  ];

  const files = (hub: (typeof hubs)[number], it: object) => ({
    "Pulumi.shed.yaml": `config:
  kitestacks:site: { domain: example.com, adminEmail: admin@example.com }
  kitestacks:edge: { accountId: ${"a".repeat(32)}, zoneId: ${"b".repeat(32)} }
  kitestacks:tailnet: ${JSON.stringify({ oauthClientId: "kExample1CNTRL", ...it })}
  kitestacks:server: ${hub.server}
  kitestacks:host: { role: hub, ${hub.address}ramMiB: 7700, swapMiB: 4096 }
${["cloudflareApiToken", "hcloudToken", "tailscaleOauthSecret", "openrouterApiKey"]
  .map((key) => `  kitestacks:${key}: { secure: v1:bm9uY2Ux:Y2lwaGVy }\n`)
  .join("")}`,
  });

  function planOrRefusal(hub: (typeof hubs)[number], it: object) {
    try {
      return makePlan(readSettings({ files: files(hub, it), stack: "shed" }), catalogue);
    } catch (error) {
      if (error instanceof SettingsError) return error;
      throw error;
    }
  }

  test.each(hubs)("is refused, or a policy that Tailscale takes and that keeps P3: $server", (hub) => {
    const outcomes = { taken: 0, refused: 0 };
    const device = { name: "shed", address: hub.at, tags: hub.tags };
    fc.assert(
      fc.property(tailnet, (it) => {
        const plan = planOrRefusal(hub, it);
        if (plan instanceof SettingsError) {
          outcomes.refused += 1;
          return;
        }
        outcomes.taken += 1;
        const { policy } = plan.tailnet;
        accepted(policy);
        for (const port of [5432, 6379])
          expect(openTo(judged(policy), device, port).map(({ where }) => where)).toEqual(["grants[0]"]);
      }),
      { numRuns: 600, seed: 20261123 },
    );
    expect(outcomes.taken).toBeGreaterThan(30);
    expect(outcomes.refused).toBeGreaterThan(30);
  });
});
