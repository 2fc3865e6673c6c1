import { describe, expect, it } from "vitest";
import type { PromiseId } from "./observed.ts";
import {
  add,
  type Change,
  changed,
  containerIn,
  expectBroken,
  expectNotChecked,
  hostIn,
  verdictOf,
} from "./testing-changes.ts";

const set = (host: string, name: string, variable: string, value: string | undefined): Change => {
  return (observed) => {
    const { environment, secretVariables } = containerIn(observed, host, name);
    delete environment[variable];
    if (value !== undefined) environment[variable] = value;
    secretVariables.push(variable);
  };
};

describe("P4 is broken by", () => {
  it.each<[string, Change, PromiseId | PromiseId[], string]>([
    [
      "another secret key",
      set("home", "authentik", "AUTHENTIK_SECRET_KEY", "another-key-0123456789"),
      "P4",
      "authentik on home: AUTHENTIK_SECRET_KEY differs from the one of authentik on vps",
    ],
    [
      "no secret key",
      set("home", "authentik-worker", "AUTHENTIK_SECRET_KEY", undefined),
      "P4",
      "authentik-worker on home has no AUTHENTIK_SECRET_KEY",
    ],
    [
      "another database password",
      set("home", "authentik-worker", "AUTHENTIK_POSTGRESQL__PASSWORD", "another-password"),
      "P4",
      "authentik-worker on home: AUTHENTIK_POSTGRESQL__PASSWORD differs from the one of authentik on vps",
    ],
    [
      "an empty database password",
      set("home", "authentik", "AUTHENTIK_POSTGRESQL__PASSWORD", ""),
      "P4",
      "authentik on home has no AUTHENTIK_POSTGRESQL__PASSWORD",
    ],
    [
      "another database name",
      set("vps", "authentik-worker", "AUTHENTIK_POSTGRESQL__NAME", "authentik2"),
      "P4",
      "authentik-worker on vps: AUTHENTIK_POSTGRESQL__NAME differs from the one of authentik on vps",
    ],
    [
      "another database user",
      set("home", "authentik", "AUTHENTIK_POSTGRESQL__USER", "postgres"),
      "P4",
      "authentik on home: AUTHENTIK_POSTGRESQL__USER differs from the one of authentik on vps",
    ],
    [
      "another schema",
      set("home", "authentik", "AUTHENTIK_POSTGRESQL__DEFAULT_SCHEMA", "mine"),
      "P4",
      "authentik on home: AUTHENTIK_POSTGRESQL__DEFAULT_SCHEMA differs from the one of authentik on vps",
    ],
    [
      "another image",
      (observed) => {
        containerIn(observed, "home", "authentik").image = "ghcr.io/goauthentik/server:2026.5.6";
      },
      "P4",
      "authentik on home runs ghcr.io/goauthentik/server:2026.5.6, expected ghcr.io/goauthentik/server:2026.8.3 as authentik on vps",
    ],
    [
      "a container without a command",
      (observed) => {
        containerIn(observed, "home", "authentik").command = [];
      },
      "P4",
      'authentik on home has the command [], expected ["server"] or ["worker"]',
    ],
    [
      "a database of its own",
      (observed) => {
        add(observed, "home", "postgres", { image: "postgres:17" });
        set("home", "authentik", "AUTHENTIK_POSTGRESQL__HOST", "postgres")(observed);
      },
      "P4",
      "authentik on home takes its database from postgres:5432, which is postgres on home, expected the database on vps",
    ],
    [
      "a second database on the hub",
      (observed) => {
        add(observed, "vps", "postgres2", { image: "postgres:17" });
        set("vps", "authentik-worker", "AUTHENTIK_POSTGRESQL__HOST", "postgres2")(observed);
      },
      "P4",
      "authentik-worker on vps takes its database from postgres2:5432, which is port 5432 of postgres2 on vps, expected port 5432 of postgres on vps as for the others",
    ],
    [
      "a port nobody publishes",
      set("home", "authentik", "AUTHENTIK_POSTGRESQL__PORT", "5433"),
      "P4",
      "authentik on home takes its database from 100.64.0.2:5433, where no container answers, expected the database on vps",
    ],
    [
      "a port that leads to another program",
      set("home", "authentik", "AUTHENTIK_POSTGRESQL__PORT", "6379"),
      "P4",
      "authentik on home takes its database from 100.64.0.2:6379, which is port 6379 of redis on vps, expected port 5432 of postgres on vps as for the others",
    ],
    [
      "the hub's container name on a member, where it means nothing",
      set("home", "authentik", "AUTHENTIK_POSTGRESQL__HOST", "postgres"),
      "P4",
      "authentik on home takes its database from postgres:5432, where no container answers, expected the database on vps",
    ],
    [
      "no database host",
      set("home", "authentik", "AUTHENTIK_POSTGRESQL__HOST", undefined),
      "P4",
      "authentik on home takes its database from localhost:5432, where no container answers, expected the database on vps",
    ],
    [
      "a database container that shares no network",
      (observed) => {
        containerIn(observed, "vps", "postgres").networks = ["databases"];
      },
      "P4",
      "authentik on vps takes its database from postgres:5432, where no container answers, expected the database on vps",
    ],
    [
      "no worker anywhere",
      ({ hosts }) => {
        for (const host of hosts)
          host.containers = host.containers.filter(({ name }) => name !== "authentik-worker");
      },
      "P4",
      "no Authentik worker was found on any host",
    ],
    [
      "no server anywhere, which breaks its hostname too",
      ({ hosts }) => {
        for (const host of hosts)
          host.containers = host.containers.filter(({ name }) => name !== "authentik");
      },
      ["P1", "P4"],
      "auth.example.com: vps has no container authentik",
    ],
  ])("%s", (_, change, ids, evidence) => {
    expectBroken(change, ids, evidence);
  });

  it("a renamed container with another key, as it is found by its image", () => {
    const differences = { image: "mirror.example/goauthentik/server:2026.8.3", command: ["server"] };
    const observed = changed((draft) => add(draft, "home", "sso", differences));
    const { verdict, evidence } = verdictOf("P4", observed);
    expect(verdict).toBe("broken");
    expect(evidence).toContain("sso on home has no AUTHENTIK_SECRET_KEY");
  });
});

describe("P4", () => {
  it("takes the container's name and the tailnet address for the same database", () => {
    const observed = changed(set("vps", "authentik", "AUTHENTIK_POSTGRESQL__HOST", "100.64.0.2"));
    expect(verdictOf("P4", observed).verdict).toBe("proved");
  });

  it("does not mind a different number of kept connections", () => {
    const observed = changed(set("home", "authentik", "AUTHENTIK_POSTGRESQL__CONN_MAX_AGE", "300"));
    expect(verdictOf("P4", observed).verdict).toBe("proved");
  });

  it("does not call a value the same that is read from a file on each host", () => {
    expectNotChecked(
      set("home", "authentik", "AUTHENTIK_SECRET_KEY", "file:///run/secrets/key"),
      "P4",
      "authentik on home takes AUTHENTIK_SECRET_KEY from elsewhere, which is not followed",
    );
  });

  it("does not overlook a second way to a database", () => {
    expectNotChecked(
      set("home", "authentik", "AUTHENTIK_POSTGRESQL__READ_REPLICAS__0__HOST", "replica"),
      "P4",
      "authentik on home sets AUTHENTIK_POSTGRESQL__READ_REPLICAS__0__HOST: a second way to a database, which is not followed",
    );
  });

  it("blames nobody for the hub's database while the hub does not answer", () => {
    const change: Change = (observed) => {
      Object.assign(hostIn(observed, "vps"), { reachable: false, containers: [] });
    };
    expectNotChecked(change, "P4", "vps: its Docker does not answer, so its containers are unknown");
  });
});
