import { describe, expect, it } from "vitest";
import type { PromiseId } from "./observed.ts";
import {
  type Change,
  changed,
  containerIn,
  expectBroken,
  expectNotChecked,
  hostIn,
  type MutableObserved,
  verdictOf,
} from "./testing-changes.ts";

const placement = ({ settings }: MutableObserved, service: string) => {
  const found = settings.placements.find((candidate) => candidate.service === service);
  if (found === undefined) throw new Error(`the good example has no service ${service}`);
  return found;
};
const accept = (...names: string[]): Change => {
  return ({ settings }) => {
    settings.acceptSplitData = names;
  };
};

describe("P9 is broken by", () => {
  it.each<[string, Change, PromiseId, string]>([
    [
      "a service that declares nothing",
      (observed) => {
        placement(observed, "prometheus").placement = undefined;
      },
      "P9",
      "prometheus does not declare where its data lives, expected none, shared or per-host",
    ],
    [
      "a container of no service",
      ({ settings }) => {
        settings.placements = settings.placements.filter(({ service }) => service !== "redis");
      },
      "P9",
      "redis on vps belongs to no service whose data placement is declared",
    ],
    [
      "a volume of a service that declares to have no data",
      (observed) => {
        containerIn(observed, "home", "homepage").volumes.push({ name: "portal-data", path: "/data" });
      },
      "P9",
      "homepage on home mounts portal-data, but homepage declares to have no data",
    ],
    [
      "split data that nobody accepted",
      accept(),
      "P9",
      "grafana is public and keeps writable data per host, expected its name in acceptSplitData",
    ],
    [
      "split data of a service that is public by its hostname alone",
      (observed) => {
        placement(observed, "grafana").public = false;
        accept()(observed);
      },
      "P9",
      "grafana is public and keeps writable data per host, expected its name in acceptSplitData",
    ],
  ])("%s", (_, change, id, evidence) => {
    expectBroken(change, id, evidence);
  });
});

describe("P9", () => {
  it("needs no acceptance where there is one host", () => {
    const observed = changed((draft) => {
      draft.hosts = [hostIn(draft, "vps")];
      draft.settings.hosts = draft.settings.hosts.filter(({ name }) => name === "vps");
      accept()(draft);
    });
    expect(verdictOf("P9", observed)).toMatchObject({ verdict: "proved" });
  });

  it("needs acceptance for every host of the settings, though only one was looked at", () => {
    const observed = changed((draft) => {
      draft.hosts = [hostIn(draft, "vps")];
      accept()(draft);
    });
    expect(verdictOf("P9", observed).verdict).toBe("broken");
  });

  it.each<[string, Change]>([
    [
      "is only read",
      (observed) => {
        placement(observed, "grafana").writable = false;
      },
    ],
    [
      "is shared",
      (observed) => {
        placement(observed, "grafana").placement = "shared";
      },
    ],
  ])("needs no acceptance for data that %s", (_, change) => {
    const observed = changed((draft) => {
      change(draft);
      accept()(draft);
    });
    expect(verdictOf("P9", observed).verdict).toBe("proved");
  });

  it("names what was accepted for nothing, without calling it broken", () => {
    const { verdict, evidence } = verdictOf("P9", changed(accept("grafana", "prometheus", "wiki")));
    expect(verdict).toBe("proved");
    expect(evidence).toContain("acceptSplitData names prometheus, which needs no acceptance");
    expect(evidence).toContain("acceptSplitData names wiki, which is no service that runs here");
  });

  it("is not proved by settings without services", () => {
    expectNotChecked(
      (observed) => {
        observed.settings.placements = [];
        for (const host of observed.hosts) host.containers = [];
      },
      "P9",
      "the settings name no service",
    );
  });
});
