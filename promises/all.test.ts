import { describe, expect, it } from "vitest";
import { judge } from "./all.ts";
import type { Observed } from "./observed.ts";
import { changed, goodObserved, hostIn } from "./testing.ts";

describe("judge", () => {
  it("proves every promise but the one nobody can judge yet, and says what it looked at", () => {
    const verdicts = judge(goodObserved());
    console.log(JSON.stringify(verdicts, null, 1));
    expect(verdicts.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
      "P1 proved",
      "P2 proved",
      "P3 proved",
      "P4 proved",
      "P5 proved",
      "P6 not checked",
      "P7 proved",
      "P8 proved",
      "P9 proved",
      "P10 proved",
    ]);
  });
});
