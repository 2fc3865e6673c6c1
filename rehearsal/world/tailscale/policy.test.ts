import { describe, expect, test } from "vitest";
import { testWorld } from "../testing.ts";
import { allows, failingTests, ownsTag, type Party } from "./access.ts";
import { parsePolicy } from "./policy.ts";
import { DEFAULT_POLICY } from "./tailnet.ts";

const OPERATOR = "owner@example.com";
const person = (user = OPERATOR): Party => ({ user, tags: [], address: "100.64.0.50" });
const tagged = (...tags: string[]): Party => ({ user: "", tags, address: "100.64.0.60" });

const policy = (parts: Record<string, unknown>) =>
  parsePolicy(JSON.stringify({ tagOwners: { "tag:host": ["autogroup:admin"], "tag:db": [] }, ...parts }));

/** The fragments are Tailscale's own documentation of the policy syntax; the world evaluates what a plan generates. */
describe("a grant", () => {
  test.each<[string, string[], string[], Party, Party, boolean]>([
    ["everybody", ["*"], ["*"], person(), tagged("tag:host"), true],
    ["a tag", ["tag:host"], ["tag:db"], tagged("tag:host"), tagged("tag:db"), true],
    ["a tag, of another device", ["tag:host"], ["tag:db"], tagged("tag:db"), tagged("tag:db"), false],
    ["a person by name", [OPERATOR], ["*"], person(), tagged("tag:host"), true],
    ["a group", ["group:family"], ["*"], person("kid@example.com"), tagged("tag:host"), true],
    ["a group, of a stranger", ["group:family"], ["*"], person("who@example.com"), tagged("tag:host"), false],
    ["members", ["autogroup:member"], ["*"], person("kid@example.com"), tagged("tag:host"), true],
    [
      "members, of a tagged device",
      ["autogroup:member"],
      ["*"],
      tagged("tag:host"),
      tagged("tag:host"),
      false,
    ],
    ["administrators", ["autogroup:admin"], ["*"], person(), tagged("tag:host"), true],
    [
      "administrators, of a member",
      ["autogroup:admin"],
      ["*"],
      person("kid@example.com"),
      tagged("tag:host"),
      false,
    ],
    ["tagged devices", ["autogroup:tagged"], ["*"], tagged("tag:db"), person(), true],
    ["one's own devices", ["autogroup:member"], ["autogroup:self"], person(), person(), true],
    [
      "one's own devices, of another",
      ["autogroup:member"],
      ["autogroup:self"],
      person("kid@example.com"),
      person(),
      false,
    ],
    ["an address", ["100.64.0.50"], ["100.64.0.60"], person(), tagged("tag:host"), true],
    ["a range", ["100.64.0.0/24"], ["*"], person(), tagged("tag:host"), true],
    ["a range next to it", ["100.64.1.0/24"], ["*"], person(), tagged("tag:host"), false],
    ["a host by name", ["desk"], ["*"], person(), tagged("tag:host"), true],
  ])("for %s", (_what, src, dst, from, to, expected) => {
    const parsed = policy({
      groups: { "group:family": ["kid@example.com"] },
      hosts: { desk: "100.64.0.50" },
      grants: [{ src, dst, ip: ["tcp:443"] }],
    });
    expect(allows(parsed, OPERATOR, from, to, "tcp", 443)).toBe(expected);
  });

  test.each<[string[], string, number, boolean]>([
    [["tcp:5432"], "tcp", 5432, true],
    [["tcp:5432"], "udp", 5432, false],
    [["tcp:5432"], "tcp", 5433, false],
    [["5432"], "udp", 5432, true],
    [["tcp:80-90"], "tcp", 85, true],
    [["udp:*"], "udp", 1, true],
    [["*"], "tcp", 65_535, true],
    [["tcp:22", "tcp:80"], "tcp", 80, true],
    [["6:80"], "tcp", 80, true],
    [["17:80", "sctp:80"], "tcp", 80, false],
  ])("for ports %j covers %s %i: %s", (ip, protocol, port, expected) => {
    const parsed = policy({ grants: [{ src: ["*"], dst: ["*"], ip }] });
    expect(allows(parsed, OPERATOR, person(), tagged("tag:db"), protocol, port)).toBe(expected);
  });

  test("is what an entry of acls means too", () => {
    const acls = [{ action: "accept", proto: "tcp", src: ["tag:host"], dst: ["tag:db:5432,6379"] }];
    const parsed = policy({ acls });
    const reaches = (port: number) =>
      allows(parsed, OPERATOR, tagged("tag:host"), tagged("tag:db"), "tcp", port);
    expect([reaches(5432), reaches(6379), reaches(22)]).toEqual([true, true, false]);
  });

  test("of acls may give everybody their own devices, which a grant may not", () => {
    const parsed = policy({ acls: [{ action: "accept", src: ["*"], dst: ["autogroup:self:*"] }] });
    expect(allows(parsed, OPERATOR, person(), person(), "tcp", 22)).toBe(true);
    expect(allows(parsed, OPERATOR, tagged("tag:host"), tagged("tag:host"), "tcp", 22)).toBe(false);
  });

  test("is needed: a policy without any lets nobody in", () => {
    expect(allows(policy({}), OPERATOR, person(), tagged("tag:host"), "tcp", 22)).toBe(false);
  });

  test("of the default policy is for everybody and everything; it is HuJSON with comments", () => {
    expect(allows(parsePolicy(DEFAULT_POLICY), OPERATOR, person("x@y.z"), tagged("tag:host"), "udp", 1)).toBe(
      true,
    );
  });
});

describe("a policy's own tests", () => {
  const { tailscale } = testWorld().state;
  const grants = [{ src: ["tag:host"], dst: ["tag:db"], ip: ["tcp:5432"] }];

  test("pass when the grants do what they say", () => {
    const tests = [
      { src: "tag:host", accept: ["tag:db:5432"], deny: ["tag:db:22"] },
      { src: OPERATOR, deny: ["tag:db:5432"] },
    ];
    expect(failingTests(policy({ grants, tests }), tailscale)).toEqual([]);
  });

  test.each([
    [
      { src: "tag:host", accept: ["tag:db:22"] },
      'tag:host: address "tag:db:22" (tcp): want: Accept, got: Drop',
    ],
    [
      { src: "tag:host", deny: ["tag:db:5432"] },
      'tag:host: address "tag:db:5432" (tcp): want: Drop, got: Accept',
    ],
    [
      { src: "tag:host", proto: "udp", accept: ["tag:db:5432"] },
      'tag:host: address "tag:db:5432" (udp): want: Accept, got: Drop',
    ],
    [
      { src: OPERATOR, accept: ["100.64.0.2:5432"] },
      `${OPERATOR}: address "100.64.0.2:5432" (tcp): want: Accept, got: Drop`,
    ],
  ])("that fail are named: %j", (failing, message) => {
    expect(failingTests(policy({ grants, tests: [failing] }), tailscale)).toEqual([message]);
  });

  test("about a group without members do not pass, whatever they say", () => {
    const parts = { grants, groups: { "group:family": [] } };
    for (const words of [{ accept: ["tag:db:5432"] }, { deny: ["tag:db:5432"] }])
      expect(
        failingTests(policy({ ...parts, tests: [{ src: "group:family", ...words }] }), tailscale),
      ).toEqual(["group:family: has no members, so the test shows nothing"]);
  });

  test("name a protocol by its number as well", () => {
    const acls = [{ action: "accept", src: ["tag:host"], dst: ["tag:db:22"], proto: "6" }];
    const tests = [{ src: "tag:host", proto: "6", accept: ["tag:db:22"] }];
    expect(failingTests(policy({ acls, tests }), tailscale)).toEqual([]);
  });

  test("for SSH: a rule that asks for a check wins, and root is not autogroup:nonroot", () => {
    const ssh = [
      { action: "accept", src: ["autogroup:admin"], dst: ["tag:host"], users: ["autogroup:nonroot"] },
      { action: "check", src: ["autogroup:member"], dst: ["tag:host"], users: ["root"] },
    ];
    const sshTests = [
      { src: OPERATOR, dst: ["tag:host"], accept: ["me"], check: ["root"] },
      { src: "tag:db", dst: ["tag:host"], deny: ["root", "me"] },
    ];
    expect(failingTests(policy({ ssh, sshTests }), tailscale)).toEqual([]);
    const wrong = [{ src: OPERATOR, dst: ["tag:host"], accept: ["root"] }];
    expect(failingTests(policy({ ssh, sshTests: wrong }), tailscale)).toEqual([
      `${OPERATOR}: ssh root@tag:host: want: accept, got: check`,
    ]);
  });
});

describe("a policy is refused", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "for a section it does not evaluate",
      { derpMap: {} },
      'the rehearsal does not know "derpMap" in the policy',
    ],
    [
      "for a node attribute it does not evaluate",
      { nodeAttrs: [{ target: ["*"], attr: ["funnel", "nextdns:abc"] }] },
      'nodeAttrs[0]: the rehearsal does not know the attribute "nextdns:abc"',
    ],
    [
      "for a part of a grant it does not evaluate",
      { grants: [{ src: ["*"], dst: ["*"], ip: ["*"], via: ["tag:host"] }] },
      'does not know "via" in grants[0]',
    ],
    [
      "for a port it cannot read",
      { grants: [{ src: ["*"], dst: ["*"], ip: ["quic:1"] }] },
      'does not know the port or protocol "quic:1"',
    ],
    [
      "for a grant without ports",
      { grants: [{ src: ["*"], dst: ["*"] }] },
      'grants[0] must have a non-empty "ip"',
    ],
    [
      "for an undefined tag",
      { grants: [{ src: ["tag:nobody"], dst: ["*"], ip: ["*"] }] },
      'grants[0]: tag not found: "tag:nobody"; define it in tagOwners',
    ],
    [
      "for an undefined group",
      { grants: [{ src: ["group:nobody"], dst: ["*"], ip: ["*"] }] },
      'group not found: "group:nobody"',
    ],
    [
      "for an undefined host",
      { grants: [{ src: ["*"], dst: ["desk"], ip: ["*"] }] },
      '"desk" is no tag, group, user, address or entry of hosts',
    ],
    [
      "for an unknown autogroup",
      { grants: [{ src: ["autogroup:aliens"], dst: ["*"], ip: ["*"] }] },
      'does not know "autogroup:aliens"',
    ],
    [
      "for a target that is only a source",
      { grants: [{ src: ["*"], dst: ["autogroup:danger-all"], ip: ["*"] }] },
      'cannot use "autogroup:danger-all" as a dst',
    ],
    [
      "for a source that is only a target",
      { grants: [{ src: ["autogroup:internet"], dst: ["*"], ip: ["*"] }] },
      '"autogroup:internet" not valid on the src side of a rule',
    ],
    [
      "for every address there is",
      { grants: [{ src: ["*"], dst: ["0.0.0.0/0"], ip: ["*"] }] },
      'to allow all IP addresses, use "*" or "autogroup:internet"',
    ],
    [
      "for own devices of what is no person",
      { grants: [{ src: ["*"], dst: ["autogroup:self"], ip: ["*"] }] },
      "autogroup:self can only be used with users, groups, or supported autogroups",
    ],
    [
      "for an SSH rule to an address",
      { ssh: [{ action: "accept", src: ["*"], dst: ["100.64.0.1"], users: ["root"] }] },
      '"100.64.0.1" is no valid destination of an SSH rule',
    ],
    [
      "for an acl that denies",
      { acls: [{ action: "drop", src: ["*"], dst: ["*:*"] }] },
      'acls[0].action must be "accept"',
    ],
    [
      "for a test without port",
      { tests: [{ src: "tag:host", accept: ["example"] }] },
      '"example" has no port',
    ],
    ["for a section of the wrong form", { grants: {} }, "grants must be a list"],
  ])("%s", (_what, parts, message) => {
    expect(() => policy(parts)).toThrow(message);
  });

  test("when it is no HuJSON", () => {
    expect(() => parsePolicy("{")).toThrow("policy: line 1 is not HuJSON: CloseBraceExpected (400)");
  });
});

test("a tag is owned by those that tagOwners names, by administrators when it names none, and by nobody when it is missing", () => {
  const parsed = policy({ tagOwners: { "tag:a": [], "tag:b": ["other@example.com"], "tag:c": [OPERATOR] } });
  expect(["tag:a", "tag:b", "tag:c", "tag:d"].map((tag) => ownsTag(parsed, OPERATOR, tag))).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
