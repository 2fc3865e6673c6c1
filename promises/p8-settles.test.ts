import { describe, expect, it } from "vitest";
import type { ObservedRun } from "./observed.ts";
import {
  type Change,
  changed,
  expectBroken,
  expectNotChecked,
  hostIn,
  type MutableObserved,
  verdictOf,
} from "./testing-changes.ts";

const run = ({ history }: MutableObserved, stack: string, kind: ObservedRun["kind"]) => {
  const found = history.find((candidate) => candidate.stack === stack && candidate.kind === kind);
  if (found === undefined) throw new Error(`the good example has no ${kind} of ${stack}`);
  return found;
};
/** Runs of `home` before those of the good example; true: it succeeded. */
const earlier = (...runs: readonly [ObservedRun["kind"], boolean][]): Change => {
  return ({ history }) => {
    const started = runs.map(([kind, succeeded]) => ({
      stack: "home",
      kind,
      succeeded,
      changes: [],
      volumesDeleted: [],
      standingStill: [],
    }));
    history.unshift(...started);
  };
};
const urn = "urn:pulumi:home::kitestacks::kitestacks:Service$docker:index/container:Container::grafana";

describe("P8 is broken by", () => {
  it.each<[string, Change, string]>([
    [
      "a second up that changes something",
      (observed) => {
        run(observed, "home", "second up").changes.push({ urn, operation: "replace" });
      },
      "the second up of home found 1 change (replace docker:index/container:Container grafana), expected none",
    ],
    [
      "a refresh that finds many changes",
      (observed) => {
        const found = ["a", "b", "c", "d", "e"].map((name) => ({ urn: name, operation: "update" }));
        run(observed, "vps", "refresh").changes.push(...found);
      },
      "the refresh of vps found 5 changes (update a, update b, update c and 2 more), expected none",
    ],
    [
      "a second up that fails",
      (observed) => {
        run(observed, "home", "second up").succeeded = false;
      },
      "the second up of home failed",
    ],
    [
      "a refresh that fails",
      (observed) => {
        run(observed, "home", "refresh").succeeded = false;
      },
      "the refresh of home failed",
    ],
    [
      "a failed up that the next one does not complete",
      earlier(["up", false], ["resumed up", false], ["resumed up", true]),
      "the up of home failed and the next one did not complete it",
    ],
    [
      "a failed up that nobody repeats",
      ({ history }) =>
        history.push({
          stack: "home",
          kind: "up",
          succeeded: false,
          changes: [],
          volumesDeleted: [],
          standingStill: [],
        }),
      "the up of home failed and no other followed",
    ],
    [
      "a failed up that only another stack follows",
      ({ history }) => {
        const failed = {
          stack: "home",
          kind: "up" as const,
          succeeded: false,
          changes: [],
          volumesDeleted: [],
          standingStill: [],
        };
        history.push(failed, { ...failed, stack: "vps", succeeded: true });
      },
      "the up of home failed and no other followed",
    ],
    [
      "a failed up that only a refresh follows",
      ({ history }) => {
        const failed = {
          stack: "home",
          kind: "up" as const,
          succeeded: false,
          changes: [],
          volumesDeleted: [],
          standingStill: [],
        };
        history.push(failed, { ...failed, kind: "refresh", succeeded: true });
      },
      "the up of home failed and no other followed",
    ],
    [
      "an up that ends well while containers stand still",
      (observed) => {
        run(observed, "home", "up").standingStill.push("postgres", "grafana", "kavita", "forgejo");
      },
      "the up of home ended well while 4 containers of the plan stood still (postgres, grafana, kavita and 1 more)",
    ],
    [
      "a second up that says fine of a host that stands still",
      (observed) => {
        run(observed, "home", "second up").standingStill.push("grafana");
      },
      "the second up of home ended well while 1 container of the plan stood still (grafana)",
    ],
    [
      "a deleted volume",
      (observed) => {
        run(observed, "home", "up").volumesDeleted.push("grafana-data");
      },
      "the up of home deleted the volume grafana-data",
    ],
    [
      "a protected volume",
      (observed) => {
        for (const volume of hostIn(observed, "home").volumes) volume.protected = true;
      },
      "the volume grafana-data of home is protected: removing its service would stop the whole up, expected retainOnDelete alone",
    ],
  ])("%s", (_, change, evidence) => {
    expectBroken(change, "P8", evidence);
  });
});

describe("P8", () => {
  it("is proved when a failed up was completed by the next one", () => {
    for (const change of [earlier(["up", false]), earlier(["up", false], ["resumed up", true])])
      expect(verdictOf("P8", changed(change)).verdict).toBe("proved");
  });

  it("is proved when the up that failed says so, and the next one started what stood still", () => {
    const died: Change = (observed) => {
      earlier(["up", false])(observed);
      observed.history[0]?.standingStill.push("postgres", "grafana");
    };
    expect(verdictOf("P8", changed(died)).verdict).toBe("proved");
  });

  it.each<[string, Change, string]>([
    [
      "nothing was run",
      (observed) => {
        observed.history = [];
      },
      "nothing was run",
    ],
    [
      "no second up was run",
      (observed) => {
        observed.history = observed.history.filter(({ kind }) => kind !== "second up");
      },
      "no second up of home was run after its up",
    ],
    [
      "no refresh was run",
      (observed) => {
        observed.history = observed.history.filter(
          ({ kind, stack }) => kind !== "refresh" || stack !== "vps",
        );
      },
      "no refresh of vps was run after its up",
    ],
    [
      "the refresh came before the up",
      ({ history }) => history.unshift(...history.splice(-1)),
      "no refresh of home was run after its up",
    ],
    [
      "the only up failed, though what followed went well",
      (observed) => {
        run(observed, "home", "up").succeeded = false;
      },
      "no up of home succeeded yet",
    ],
    [
      "a stack was never brought up",
      (observed) => {
        observed.history = observed.history.filter(({ stack }) => stack === "vps");
      },
      "no up of home succeeded yet",
    ],
  ])("is not checked when %s", (_, change, reason) => {
    expectNotChecked(change, "P8", reason);
  });
});
