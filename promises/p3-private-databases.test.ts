import { describe, expect, it } from "vitest";
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

describe("P3 is broken where the databases are published, by", () => {
  it.each<[string, Change, string]>([
    [
      "a second publication on loopback",
      (observed) => {
        containerIn(observed, "vps", "postgres").published.push({
          address: "127.0.0.1",
          port: 5432,
          target: 5432,
        });
      },
      "Postgres: postgres on vps publishes 127.0.0.1:5432, expected only 100.64.0.2:5432 of vps",
    ],
    [
      "a second publication on another port",
      (observed) => {
        containerIn(observed, "vps", "redis").published.push({
          address: "100.64.0.2",
          port: 16379,
          target: 6379,
        });
      },
      "Redis: redis on vps publishes 100.64.0.2:16379, expected only 100.64.0.2:6379 of vps",
    ],
    [
      "a database on a member",
      (observed) =>
        add(observed, "home", "cache", {
          image: "valkey/valkey:9",
          published: [{ address: "100.64.0.1", port: 7777, target: 7777 }],
        }),
      "Redis: cache on home publishes 100.64.0.1:7777, expected only 100.64.0.2:6379 of vps",
    ],
    [
      "a database in the network of a member",
      (observed) =>
        add(observed, "home", "other", {
          networks: ["host"],
          listens: [{ address: "100.64.0.1", port: 5432 }],
        }),
      "Postgres: other on home listens in the host's network on 100.64.0.1:5432, expected only 100.64.0.2:5432 of vps",
    ],
    [
      "a Redis that is not published",
      (observed) => {
        containerIn(observed, "vps", "redis").published = [];
      },
      "Redis: no running container of vps answers at 100.64.0.2:6379, expected one",
    ],
    [
      "a stopped Postgres",
      (observed) => {
        containerIn(observed, "vps", "postgres").running = false;
      },
      "Postgres: no running container of vps answers at 100.64.0.2:5432, expected one",
    ],
    [
      "a published port behind which nothing listens",
      (observed) => {
        containerIn(observed, "vps", "redis").listens = [{ address: "127.0.0.1", port: 6379 }];
      },
      "Redis: no running container of vps answers at 100.64.0.2:6379, expected one",
    ],
    [
      "another program at the port of Redis",
      (observed) => {
        containerIn(observed, "vps", "redis").image = "memcached:1";
      },
      "Redis: no running container of vps answers at 100.64.0.2:6379, expected one",
    ],
  ])("%s", (_, change, evidence) => {
    expectBroken(change, "P3", evidence);
  });
});

describe("P3", () => {
  it("is broken by a second hub", () => {
    const { evidence } = verdictOf(
      "P3",
      changed((observed) => {
        hostIn(observed, "home").isHub = true;
      }),
    );
    expect(evidence).toEqual(["vps and home are all the hub, expected exactly one"]);
  });

  it("is broken by no hub", () => {
    const { evidence } = verdictOf(
      "P3",
      changed((observed) => {
        hostIn(observed, "vps").isHub = false;
      }),
    );
    expect(evidence).toEqual(["no host is the hub, expected exactly one"]);
  });

  it("allows a database that nobody outside its own host reaches", () => {
    const observed = changed((draft) => add(draft, "home", "database", { image: "postgres:17" }));
    expect(verdictOf("P3", observed).verdict).toBe("proved");
  });

  it("does not guess while the hub's tailnet address is not known", () => {
    const { evidence } = verdictOf(
      "P3",
      changed((observed) => {
        hostIn(observed, "vps").tailnetAddress = undefined;
      }),
    );
    expect(evidence).toContain("the tailnet address of vps is not known");
  });

  it("does not guess while a member's tailnet address is not known", () => {
    expectNotChecked(
      (observed) => {
        hostIn(observed, "home").tailnetAddress = undefined;
      },
      "P3",
      "the tailnet address of home is not known",
    );
  });
});
