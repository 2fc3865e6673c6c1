import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { apply, type Mutation } from "./mutation.ts";
import { seeded } from "./seeded.ts";
import { survives } from "./verdict.ts";

const projectDir = resolve(import.meta.dirname, "../..");

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-mutation-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("a seeded bug", () => {
  test.each(seeded)("still fits the program: $bug", (mutation) => {
    const folder = temporaryFolder();
    const files = [...new Set(mutation.edits.map(({ file }) => file))];
    for (const file of files) {
      cpSync(join(projectDir, file), join(folder, file), { recursive: true });
      expect(dirname(file)).toMatch(/^(plan|components|catalogue)/);
    }
    const read = () => files.map((file) => readFileSync(join(folder, file), "utf8"));
    const before = read();
    const takeBack = apply(mutation, folder);
    expect(read()).not.toEqual(before);
    takeBack();
    expect(read()).toEqual(before);
  });

  test("that fits no longer changes nothing and says where it looked", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.ts"), "one two two");
    const edits = [
      { file: "a.ts", old: "one", text: "1" },
      { file: "a.ts", old: "two", text: "2" },
    ];
    expect(() => apply({ bug: "a bug", edits, caughtBy: { failure: "x" } }, folder)).toThrow(
      "a.ts has the old text 2 times, expected once: adapt the bug in rehearsal/mutations that looks for\ntwo",
    );
    expect(readFileSync(join(folder, "a.ts"), "utf8")).toBe("one two two");
  });
});

describe("a bug is caught", () => {
  const statement = "a promise";
  const p1 = { id: "P1", statement, verdict: "broken", evidence: ["grafana is gone"] } as const;
  const p2 = { id: "P2", statement, verdict: "proved", evidence: [] } as const;
  const expecting = (caughtBy: Mutation["caughtBy"]): Mutation => ({ bug: "a bug", edits: [], caughtBy });

  test("by exactly the promises that it should break, in the right words", () => {
    const wanted = expecting({ broken: ["P1"], words: "grafana" });
    expect(survives(wanted, { verdicts: [p1, p2] })).toBeUndefined();
    expect(survives(wanted, { verdicts: [p2] })).toBe("broken are none, expected P1: ");
    expect(survives(wanted, { verdicts: [p1, { ...p2, verdict: "broken" }] })).toBe(
      "broken are P1, P2, expected P1: grafana is gone",
    );
    expect(survives(wanted, { verdicts: [{ ...p1, evidence: ["kavita is gone"] }] })).toBe(
      "P1 broken, but not with “grafana”: kavita is gone",
    );
    expect(survives(wanted, { failure: "no engine" })).toBe("an up failed: no engine");
  });

  test("by an up that fails in the right words", () => {
    const wanted = expecting({ failure: "(1056)" });
    expect(survives(wanted, { failure: "400 Bad Request (1056)" })).toBeUndefined();
    expect(survives(wanted, { failure: "timeout" })).toBe("an up failed, but not with “(1056)”: timeout");
    expect(survives(wanted, { verdicts: [p1] })).toBe(
      "every up succeeded, expected one to fail with “(1056)”",
    );
  });
});
