import { describe, expect, it } from "vitest";
import {
  type Change,
  changed,
  containerIn,
  expectBroken,
  expectNotChecked,
  type MutableContainer,
  type MutableObserved,
  verdictOf,
} from "./testing-changes.ts";

const grafana = (differences: Partial<MutableContainer>): Change => {
  return (observed) => {
    Object.assign(containerIn(observed, "home", "grafana"), differences);
  };
};
const machine = ({ settings }: MutableObserved, name: string) => {
  const found = settings.hosts.find((host) => host.name === name);
  if (found === undefined) throw new Error(`the good example has no ${name}`);
  return found;
};

describe("P7 is broken by", () => {
  it.each<[string, Change, string]>([
    [
      // 8 containers of 200 MiB on 4000 MiB without swap: room for 3488.
      "limits that do not fit by one MiB",
      grafana({ memoryMiB: 3488 - 7 * 200 + 1, memorySwapMiB: 4000 }),
      "home: the memory limits of its containers add up to 3489 MiB, expected at most 3488 (4000 MiB of RAM and 0 MiB of swap)",
    ],
    [
      "typical use that does not fit by one MiB",
      grafana({ typicalMiB: 3744 - 7 * 100 + 1 }),
      "home: the typical use of its containers adds up to 3745 MiB, expected at most 3744 (4000 MiB of RAM and 0 MiB of swap)",
    ],
    [
      "a host that lost its swap: typical use may take half of it",
      (observed) => {
        Object.assign(machine(observed, "vps"), { ramMiB: 1000, swapMiB: 511 });
        for (const { name } of observed.hosts[0]?.containers ?? [])
          containerIn(observed, "vps", name).memoryMiB = 90;
      },
      "vps: the typical use of its containers adds up to 1000 MiB, expected at most 999.5 (1000 MiB of RAM and 511 MiB of swap)",
    ],
    ["a container without limit", grafana({ memoryMiB: 0 }), "grafana on home has no memory limit"],
    [
      "less memory and swap than memory",
      grafana({ memorySwapMiB: 100 }),
      "grafana on home: memory and swap together are limited to 100 MiB, expected at least its memory limit of 200",
    ],
    [
      "swap without limit",
      grafana({ memorySwapMiB: -1 }),
      "grafana on home: memory and swap together are limited to -1 MiB, expected at least its memory limit of 200",
    ],
    [
      "a host without memory in the settings",
      ({ settings }) => {
        settings.hosts = settings.hosts.filter(({ name }) => name !== "home");
      },
      "home has no memory in the settings, expected its ramMiB and swapMiB",
    ],
  ])("%s", (_, change, evidence) => {
    expectBroken(change, "P7", evidence);
  });

  it("a sum that is no number", () => {
    expect(verdictOf("P7", changed(grafana({ memoryMiB: Number.NaN }))).verdict).toBe("broken");
  });
});

describe("P7", () => {
  it("is proved when everything fits exactly", () => {
    const exactly = grafana({ memoryMiB: 3488 - 7 * 200, memorySwapMiB: 4000, typicalMiB: 3744 - 7 * 100 });
    expect(verdictOf("P7", changed(exactly))).toMatchObject({ verdict: "proved" });
    expect(verdictOf("P7", changed(exactly)).evidence).toContain(
      "home: limits of 8 containers 3488 of 3488 MiB, typical use 3744 of 3744 MiB",
    );
  });

  it("counts a stopped container: it comes back", () => {
    const stopped = grafana({ memoryMiB: 4000, memorySwapMiB: 4000, running: false });
    expect(verdictOf("P7", changed(stopped)).verdict).toBe("broken");
  });

  it("does not guess a typical use", () => {
    expectNotChecked(
      grafana({ typicalMiB: undefined }),
      "P7",
      "the typical memory use of grafana on home is not known",
    );
  });
});
