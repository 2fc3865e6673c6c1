import { describe, expect, it } from "vitest";
import type { ObservedDoor } from "./observed.ts";
import { changed, containerIn, expectBroken, expectNotChecked, verdictOf } from "./testing-changes.ts";

const signUp: ObservedDoor = { kind: "sign-up", how: "anybody makes an account at its sign-up form" };

describe("P14 is broken by", () => {
  it.each<[string, string, ObservedDoor]>([
    ["a sign-up form that is open", "grafana", signUp],
    [
      "an application that its first visitor would own",
      "grafana",
      { kind: "first visitor", how: "whoever opens it first becomes its administrator" },
    ],
    [
      "a token that nobody needs, in what no visitor reaches",
      "authentik-worker",
      { kind: "token", how: "AUTHENTIK_BOOTSTRAP_TOKEN makes a token that never expires" },
    ],
  ])("%s", (_, name, door) => {
    expectBroken(
      (observed) => {
        containerIn(observed, "home", name).doors = [door];
      },
      "P14",
      `${name} on home: ${door.how}`,
    );
  });
});

describe("P14", () => {
  it("names every way in, on every host", () => {
    const observed = changed((draft) => {
      for (const host of ["vps", "home"]) containerIn(draft, host, "grafana").doors = [signUp];
    });
    expect(verdictOf("P14", observed).evidence).toEqual([
      `grafana on vps: ${signUp.how}`,
      `grafana on home: ${signUp.how}`,
    ]);
  });

  it("is not proved by a public application of which nothing is known", () => {
    expectNotChecked(
      (observed) => {
        delete containerIn(observed, "vps", "grafana").doors;
      },
      "P14",
      "grafana on vps is public, and nothing is known of the ways into grafana/grafana:13.2.3",
    );
  });

  it("does not ask for what is known of applications that are not public", () => {
    const observed = changed((draft) => {
      delete containerIn(draft, "vps", "prometheus").doors;
    });
    expect(verdictOf("P14", observed).verdict).toBe("proved");
  });

  it("is not proved where nothing is public", () => {
    expectNotChecked(
      (observed) => {
        observed.settings.publicHostnames = [];
      },
      "P14",
      "the settings name no public hostname",
    );
  });
});
