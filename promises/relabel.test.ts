import { describe, expect, test } from "vitest";
import { relabelled, relabelRule } from "./relabel.ts";

const labels = { __address__: "100.64.0.2:9100", job: "node", region: "North" };
const afterRules = (...rules: readonly object[]) =>
  relabelled(
    labels,
    rules.map((rule) => relabelRule.parse(rule)),
  );

describe("relabelling as Prometheus does it", () => {
  test.each([
    ["no rule", {}, labels],
    [
      "the whole value has to match",
      { source_labels: ["job"], regex: "no", target_label: "job", replacement: "x" },
      labels,
    ],
    ["replace, by default", { source_labels: ["job"], target_label: "copy" }, { ...labels, copy: "node" }],
    [
      "several labels, joined",
      {
        source_labels: ["job", "region"],
        separator: "/",
        regex: "(.+)/(.+)",
        target_label: "both",
        replacement: `\${2}_$1`,
      },
      { ...labels, both: "North_node" },
    ],
    [
      "a group that does not exist is nothing",
      { source_labels: ["job"], target_label: "job", replacement: `\${7}` },
      { __address__: labels.__address__, region: "North" },
    ],
    [
      "lowercase",
      { source_labels: ["region"], action: "lowercase", target_label: "region" },
      { ...labels, region: "north" },
    ],
    [
      "uppercase",
      { source_labels: ["region"], action: "Uppercase", target_label: "region" },
      { ...labels, region: "NORTH" },
    ],
    ["labeldrop", { regex: "reg.*", action: "labeldrop" }, { __address__: labels.__address__, job: "node" }],
    [
      "labelkeep",
      { regex: "job|__.*", action: "labelkeep" },
      { __address__: labels.__address__, job: "node" },
    ],
    ["drop of others", { source_labels: ["job"], regex: "web", action: "drop" }, labels],
    ["drop", { source_labels: ["job"], regex: "n.*", action: "drop" }, undefined],
    ["keep", { source_labels: ["job"], regex: "web", action: "keep" }, undefined],
    ["keep of this one", { source_labels: ["job"], regex: "node", action: "keep" }, labels],
    ["dropequal", { source_labels: ["job"], target_label: "job", action: "dropequal" }, undefined],
    ["keepequal", { source_labels: ["job"], target_label: "region", action: "keepequal" }, undefined],
    ["hashmod", { action: "hashmod" }, "a rule has the action hashmod, which is not looked into"],
    ["a broken expression", { regex: "(" }, "a rule has the expression (, which is not understood"],
  ])("%s", (_, rule, expected) => {
    expect(afterRules(rule)).toEqual(expected);
  });

  test("rules follow each other, and nothing follows a drop", () => {
    const rename = { source_labels: ["job"], target_label: "job", replacement: "other" };
    expect(afterRules(rename, { source_labels: ["job"], regex: "node", action: "drop" })).toMatchObject({
      job: "other",
    });
    expect(afterRules({ source_labels: ["job"], regex: "node", action: "drop" }, rename)).toBeUndefined();
  });
});
