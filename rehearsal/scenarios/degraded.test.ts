import { expect, test } from "vitest";
import { pictureOf } from "../../operations/picture/data.ts";
import { picturePage } from "../../operations/picture/page.ts";
import { describeWithEngine } from "../engine/testing.ts";
import { degradedOf, evidenceOf } from "../evidence.ts";
import type { Performance } from "../perform.ts";
import { resultTable } from "../table.ts";
import { member, openBothUp } from "./stage.ts";

describeWithEngine("a container that is healthy without what it uses", (engine) => {
  test("is named below the table, in the evidence and in the picture; else nothing is said", async () => {
    const rehearsal = await openBothUp(engine);
    expect(degradedOf(await rehearsal.observe())).toEqual([]);

    rehearsal.world.faults.stopContainer(member, "meilisearch");
    const observed = await rehearsal.observe();
    const [lack = "nothing", ...others] = degradedOf(observed);
    expect(lack).toMatch(new RegExp(`^karakeep on ${member}: .*meilisearch`));
    expect(others).toEqual([]);

    const seconds = { engine: 0, program: 0, world: 0, total: 0 };
    const performance: Performance = { engine, stacks: [], observed, verdicts: [], seconds };
    expect(resultTable(performance, 100)).toContain(`Healthy, but degraded: ${lack}.`);
    expect(evidenceOf(performance).degraded).toEqual([lack]);
    expect(picturePage(pictureOf(observed, [], { title: "", note: "" }))).toContain(
      `works, but ${lack.slice(lack.indexOf(": ") + 2)}`,
    );
  });
});
