import { describe, expect, test } from "vitest";
import {
  PolicyTextError,
  parsePolicyText,
  protocolName,
  withoutLayout,
  withTodaysKeys,
} from "./tailnet-policy.ts";

describe("the text of a policy", () => {
  test("may have comments and trailing commas, and a comment's signs inside of a text", () => {
    const text = `// who may what
    {
      /* tags */ "tagOwners": { "tag:x": ["autogroup:admin",], },
      "hosts": { "a//b": "100.64.0.1", }, // a name
    }`;
    expect(parsePolicyText(text)).toEqual({
      tagOwners: { "tag:x": ["autogroup:admin"] },
      hosts: { "a//b": "100.64.0.1" },
    });
  });

  test("that is cut off is an error that names the line", () => {
    expect(() => parsePolicyText('{\n  "grants": [\n')).toThrow(
      new PolicyTextError("line 3 is not HuJSON: CloseBracketExpected"),
    );
  });

  test("of an older tailnet has the same meaning by today's keys", () => {
    const older = `{
      "TagOwners": { "tag:Nas": ["me@example.org"] },
      "Groups": { "group:Family": ["a@example.org"] },
      "ACLs": [{ "Action": "accept", "Users": ["group:Family"], "Ports": ["*:*"], "Proto": "6" }],
      "tests": [{ "User": "a@example.org", "Allow": ["nas:22"], "Deny": ["nas:23"] }],
    }`;
    expect(parsePolicyText(older)).toEqual({
      tagOwners: { "tag:Nas": ["me@example.org"] },
      groups: { "group:Family": ["a@example.org"] },
      acls: [{ action: "accept", src: ["group:Family"], dst: ["*:*"], proto: "tcp" }],
      tests: [{ src: "a@example.org", accept: ["nas:22"], deny: ["nas:23"] }],
    });
  });

  test("keeps what is not known by its own name, so that nobody reads over it", () => {
    const policy = { magic: 1, grants: [{ src: ["*"], dst: ["*"], Via: ["tag:exit"], other: true }] };
    expect(withTodaysKeys(policy)).toEqual({
      magic: 1,
      grants: [{ src: ["*"], dst: ["*"], via: ["tag:exit"], other: true }],
    });
    expect(withTodaysKeys("no policy")).toBe("no policy");
  });
});

test.each([
  ["6", "tcp"],
  ["17", "udp"],
  ["1", "icmp"],
  ["TCP", "tcp"],
  ["253", "253"],
])("protocol %s is %s", (written, name) => {
  expect(protocolName(written)).toBe(name);
});

describe("without layout", () => {
  test("texts that are formatted alike are equal", () => {
    expect(withoutLayout('{"a": [1,\n 2,\n],\n}')).toBe(withoutLayout('{"a":[1,2]}'));
  });

  test.each([
    ["the order of keys", '{"a":1,"b":2}', '{"b":2,"a":1}'],
    ["a comment", '{"a":1 // one\n}', '{"a":1}'],
    ["a space inside of a text", '{"a":"x y"}', '{"a":"xy"}'],
    ["a comma at the end of a text", '{"a":"x,"}', '{"a":"x"}'],
  ])("%s is a difference", (_, one, other) => {
    expect(withoutLayout(one)).not.toBe(withoutLayout(other));
  });
});
