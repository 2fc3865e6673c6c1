import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "./all.ts";
import type { Observed } from "./observed.ts";
import { goodObserved } from "./testing.ts";
import { changed, hostIn } from "./testing-changes.ts";
import { secrets } from "./testing-hosts.ts";

const empty: Observed = {
  hosts: [],
  edge: { domain: "", records: [], tunnels: [] },
  tailnet: { policy: undefined, devices: [] },
  firewalls: [],
  settings: { publicHostnames: [], hosts: [], placements: [], acceptSplitData: [] },
  states: [],
  secrets: {},
  history: [],
};

describe("judge", () => {
  it("proves every promise, in order", () => {
    expect(judge(goodObserved()).map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      "P1 proved",
      "P2 proved",
      "P3 proved",
      "P4 proved",
      "P5 proved",
      "P6 proved",
      "P7 proved",
      "P8 proved",
      "P9 proved",
      "P10 proved",
      "P14 proved",
    ]);
  });

  it("says what it looked at", () => {
    expect(judge(goodObserved()).map(({ evidence }) => evidence)).toEqual([
      [
        "3 hostnames × 2 hosts: DNS → tunnel kitestacks → ingress rule → running container on a port its image listens on",
      ],
      [
        "vps: 4 ports on its tailnet address, loopback or its bridge gateway only, and no neighbour reaches these",
        "home: 2 ports on its tailnet address, loopback or its bridge gateway only, and no neighbour reaches these",
        "firewall of vps: only icmp and udp 41641 come in",
      ],
      [
        "Postgres: published at 100.64.0.2:5432 of vps, nowhere else",
        "Redis: published at 100.64.0.2:6379 of vps, nowhere else",
        "tailnet policy: ports 5432 and 6379 of vps are open to vps, home and to nobody else",
      ],
      [
        "2 servers and 2 workers on 2 hosts: same database on vps, same user, password and secret key, image ghcr.io/goauthentik/server:2026.8.3",
      ],
      [
        "2 connectors with the same tunnel token, given as a secret variable",
        "5 secrets looked for in commands, entrypoints, health checks, labels, plain variables and plain files of 18 containers, in what the accounts and hosts call things, in what 6 runs printed and in 2 states, as text, hexadecimal digits, base64 or in a URL: none found",
      ],
      [
        "1 service × 2 hosts: same Authentik, client id, secret and redirect URI, registered by every host",
        "services: grafana",
        "the browser carries a login under way, sealed with one secret on all hosts: grafana",
      ],
      [
        "vps: limits of 10 containers 2000 of 2488 MiB, typical use 1000 of 2244 MiB",
        "home: limits of 8 containers 1600 of 3488 MiB, typical use 800 of 3744 MiB",
      ],
      [
        "6 runs: every second up and every refresh changed nothing, every failed up was completed by the next one, and everything ran when an up had ended well",
        "2 volumes: none deleted, none protected",
      ],
      [
        "10 services: 4 without data, 4 shared, 2 per host",
        "writable data that differs per host, accepted by name: grafana",
      ],
      [
        "2 hosts: Prometheus scrapes 100.64.0.2:9100, 100.64.0.1:9100 every 15s",
        "tailnet policy: every host reaches the node-exporter of every other host",
      ],
      [
        "vps: 3 public applications, none of which lets a stranger in",
        "home: 3 public applications, none of which lets a stranger in",
      ],
    ]);
  });

  it("proves nothing where nothing was looked at", () => {
    for (const { id, verdict, evidence } of judge(empty)) {
      expect(verdict, id).not.toBe("proved");
      expect(evidence.length, id).toBeGreaterThan(0);
    }
  });

  it("proves nothing about hosts of which no container is known", () => {
    const observed = changed(({ hosts }) => {
      for (const host of hosts) host.containers = [];
    });
    for (const { id, verdict } of judge(observed)) expect(verdict, id).not.toBe("proved");
  });

  it.each(["vps", "home"])("proves and breaks nothing while %s does not answer", (name) => {
    const observed = changed((draft) => {
      Object.assign(hostIn(draft, name), { reachable: false, containers: [] });
    });
    const reason = `${name}: its Docker does not answer, so its containers are unknown`;
    for (const { id, verdict, evidence } of judge(observed)) {
      expect(verdict, id).toBe("not checked");
      expect(evidence, id).toContain(reason);
    }
  });

  it("proves nothing while a host of the settings was not looked at", () => {
    const observed = changed(({ settings }) => {
      settings.hosts.push({ name: "attic", ramMiB: 4000, swapMiB: 0 });
    });
    const [first] = judge(observed);
    expect(first).toMatchObject({
      verdict: "not checked",
      evidence: ["attic stands in the settings but was not looked at"],
    });
  });
});

/** Words that occur in the good example, so that odd data still finds its way into the promises. */
const word = fc.oneof(
  fc.constantFrom(
    "",
    "vps",
    "home",
    "cloudflared",
    "prom/prometheus",
    "postgres",
    "goauthentik/server",
    "host",
  ),
  fc.constantFrom("100.64.0.2", "0.0.0.0", "::", "http://grafana:3000", "6ff42ae2", "\ud800", "__proto__"),
  fc.string(),
);
const odd = fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(undefined));

/** Replaces every leaf that is hit by another value of its own type, and drops some items of lists. */
function disturb(value: unknown, next: () => { hit: boolean; with: unknown }): unknown {
  if (Array.isArray(value)) return value.filter(() => !next().hit).map((item) => disturb(item, next));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, disturb(item, next)]));
  const change = next();
  return change.hit && typeof change.with === typeof value ? change.with : value;
}

describe("judge on odd data", () => {
  const disturbances = fc.infiniteStream(
    fc.record({ hit: fc.integer({ min: 0, max: 20 }).map((n) => n === 0), with: odd }),
  );

  it("never throws, gives eleven verdicts with evidence, and never shows a secret", () => {
    fc.assert(
      fc.property(disturbances, fc.anything(), fc.boolean(), (stream, policy, replacePolicy) => {
        const next = () => stream.next().value ?? { hit: false, with: undefined };
        const good = goodObserved();
        const observed = {
          ...(disturb({ ...good, secrets: {} }, next) as Observed),
          secrets: good.secrets,
          ...(replacePolicy ? { tailnet: { ...good.tailnet, policy } } : {}),
        };
        const verdicts = judge(observed);
        expect(verdicts).toHaveLength(11);
        for (const { evidence } of verdicts) {
          expect(evidence.length).toBeGreaterThan(0);
          for (const value of Object.values(secrets)) expect(evidence.join("\n")).not.toContain(value);
        }
      }),
      { numRuns: 150 },
    );
  });
});
