import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import type { Service } from "../catalogue/service.ts";
import { secret, text } from "../catalogue/text.ts";
import { observePlan } from "../operations/observe-plan.ts";
import { judge } from "../promises/all.ts";
import type { ObservedContainer, PromiseId } from "../promises/observed.ts";
import { SettingsError } from "../settings/problem.ts";
import type { HostSettings, Settings } from "../settings/settings.ts";
import { makePlan } from "./make-plan.ts";
import type { ContainerPlan, HostPlan, Plan } from "./plan.ts";
import { exampleHost, exampleSettings } from "./testing.ts";

/** The promises that a plan alone can prove; the others need a world in which something ran. */
const provable: readonly PromiseId[] = ["P1", "P2", "P6", "P7", "P9"];

const name = fc.stringMatching(/^[a-z]{3,8}$/);
const port = fc.integer({ min: 1024, max: 9999 });

const service = fc
  .record({
    name,
    port,
    published: fc.boolean(),
    isPublic: fc.integer({ min: 0, max: 3 }).map((it) => it === 0),
    hubOnly: fc.boolean(),
    mayBeLeftOut: fc.boolean(),
    leaks: fc.integer({ min: 0, max: 9 }),
    limit: fc.integer({ min: 16, max: 2048 }),
    placement: fc.constantFrom("none", "shared", "per-host" as const),
    writable: fc.boolean(),
  })
  .map(
    (it): Service => ({
      name: it.name,
      image: { reference: `example/${it.name}:1` },
      runsOn: it.hubOnly ? "hub" : "every host",
      ...(it.mayBeLeftOut && { mayBeLeftOut: true as const }),
      port: it.port,
      ...(it.published && { tailnetPorts: [{ port: it.port, reachedBy: "hosts" as const }] }),
      ...(it.isPublic && {
        public: { hostname: it.name, title: it.name, purpose: "anything", healthPath: "/" },
      }),
      ...(it.leaks === 0 && { command: () => [text`--password=${secret("grafana.oidc")}`] }),
      ...(it.placement !== "none" && { volumes: [{ name: `${it.name}-data`, path: "/data" }] }),
      sso: { kind: "none", why: "made up" },
      health: { none: "made up" },
      memory: { limit: it.limit, typical: Math.floor(it.limit / 2) },
      data: { placement: it.placement, writable: it.writable, what: "things" },
      environment: () => ({ PASSWORD: text`${secret("grafana.oidc")}` }),
    }),
  );

const hosts = fc
  .array(
    fc.record({
      ramMiB: fc.integer({ min: 4096, max: 65536 }),
      swapMiB: fc.integer({ min: 2048, max: 16384 }),
      profile: fc.constantFrom("full", "lite" as const),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((list): readonly HostSettings[] =>
    list.map((it, i) =>
      exampleHost({
        ...it,
        name: i === 0 ? "home" : `member-${i}`,
        role: i === 0 ? "hub" : "member",
        tailnetAddress: `100.64.0.${i + 1}`,
      }),
    ),
  );

/** Settings that a person might write, right or wrong. */
const settings = fc
  .record({ hosts, extraAccepted: fc.array(name, { maxLength: 2 }), forgets: fc.integer({ min: 0, max: 9 }) })
  .map(({ hosts, extraAccepted, forgets }): Settings => {
    const base = exampleSettings({ hosts });
    const accepted = base.services.acceptSplitData.filter((_, i) => forgets > 0 || i !== 0);
    return { ...base, services: { ...base.services, acceptSplitData: [...accepted, ...extraAccepted] } };
  });

/** Every image listens on its service's port; in the host's network only on the tailnet address. */
const listensOf =
  (services: readonly Service[]) =>
  ({ name, network }: ContainerPlan, host: HostPlan): ObservedContainer["listens"] => {
    const port = services.find((it) => it.name === name)?.port ?? 0;
    return [{ address: network === "host" ? String(host.address) : "0.0.0.0", port }];
  };

function planOrRefusal(settings: Settings, services: readonly Service[]): Plan | SettingsError {
  try {
    return makePlan(settings, services);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

describe("for any catalogue and any set of hosts", () => {
  test("the promises that a plan can prove hold, or the plan is refused with a reason", () => {
    const outcomes = { proved: 0, refused: 0 };
    fc.assert(
      fc.property(settings, fc.array(service, { maxLength: 4 }), (settings, extra) => {
        const services = [...catalogue, ...extra];
        const plan = planOrRefusal(settings, services);
        if (plan instanceof SettingsError) {
          outcomes.refused += 1;
          for (const problem of plan.problems) expect(problem.remedy).not.toBe("");
          return;
        }
        outcomes.proved += 1;
        const verdicts = judge(observePlan(plan, services, listensOf(services)));
        for (const { id, verdict, evidence } of verdicts) {
          if (provable.includes(id)) expect([id, verdict, evidence]).toEqual([id, "proved", evidence]);
          // A plan has no state to search for secrets; nothing else may be missing.
          if (id === "P5") expect(evidence).toEqual(["no state could be read to look for secrets in"]);
        }
      }),
      { numRuns: 300, seed: 20261123 },
    );
    // Neither outcome may be the only one, or the property would say nothing.
    expect(outcomes.proved).toBeGreaterThan(40);
    expect(outcomes.refused).toBeGreaterThan(40);
  });
});
