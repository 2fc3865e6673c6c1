import { describe, expect, test } from "vitest";
import type { Policy } from "./plan.ts";
import { notCarried } from "./policy-adoption.ts";

const ours: Policy = {
  tagOwners: { "tag:x": ["autogroup:admin"] },
  hosts: { home: "100.64.0.1" },
  grants: [{ src: ["tag:x", "home"], dst: ["home"], ip: ["tcp:9100"] }],
  tests: [],
};

describe("an existing tailnet policy", () => {
  test.each([
    [
      "that is the untouched default, which lets everyone in on purpose",
      { grants: [{ src: ["*"], dst: ["*"], ip: ["*"] }] },
    ],
    [
      "whose words stand in another order",
      { grants: [{ ip: ["tcp:9100"], dst: ["home"], src: ["home", "tag:x"] }] },
    ],
    ["without any entry", {}],
  ])("%s loses nothing", (_, existing) => {
    expect(notCarried(existing, ours)).toEqual([]);
  });

  test("names every entry that the settings do not carry", () => {
    const existing = {
      hosts: { home: "100.64.0.1", printer: "100.64.0.77" },
      grants: [{ src: ["autogroup:member"], dst: ["printer"], ip: ["tcp:631"] }],
      ssh: [{ action: "accept" }],
    };
    expect(notCarried(existing, ours)).toEqual([
      'hosts: printer "100.64.0.77"',
      'grants: {"dst":["printer"],"ip":["tcp:631"],"src":["autogroup:member"]}',
      'ssh: {"action":"accept"}',
    ]);
  });

  test("that is no object is named as such", () => {
    expect(notCarried("", ours)).toEqual(["policy: not a JSON object"]);
  });
});
