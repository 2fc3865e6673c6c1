import { describe, expect, it } from "vitest";
import { admits, openTo, parsePolicy } from "./policy.ts";
import { PolicyError } from "./policy-schema.ts";

const hub = { name: "hub", address: "100.64.0.2", tags: ["tag:host"] };
const laptop = { name: "laptop", address: "100.64.0.9", tags: [] };

const rule = (src: string, dst: string, ip: string) =>
  parsePolicy({
    groups: { "group:family": ["a@example.com"] },
    hosts: { hub: "100.64.0.2", range: "100.64.0.0/28" },
    grants: [{ src: [src], dst: [dst], ip: [ip] }],
  });

describe("who is let in", () => {
  it.each([
    ["*", true, true],
    ["tag:host", true, false],
    ["tag:other", false, false],
    ["autogroup:tagged", true, false],
    ["autogroup:member", false, true],
    ["autogroup:danger-all", true, true],
    ["100.64.0.2", true, false],
    ["hub", true, false],
    ["range", true, true],
    ["100.64.0.8/29", false, true],
    ["0.0.0.0/0", true, true],
    // Depends on who owns the laptop: never certain.
    ["autogroup:admin", false, false],
    ["group:family", false, false],
    ["a@example.com", false, false],
  ])("src %s: the hub %s, the laptop %s", (src, theHub, theLaptop) => {
    const policy = rule(src, "*", "*");
    expect(admits(policy, hub, hub, 443)).toBe(theHub);
    expect(admits(policy, laptop, hub, 443)).toBe(theLaptop);
  });

  it.each([
    ["*", true, true],
    ["tag:host", true, true],
    ["hub", true, true],
    ["100.64.0.0/30", true, true],
    ["autogroup:tagged", true, true],
    ["autogroup:member", false, false],
    ["autogroup:self", false, false],
    ["autogroup:internet", false, false],
    ["100.64.0.3", false, false],
  ])("dst %s: certainly %s, possibly %s the hub", (dst, certainly, possibly) => {
    const policy = rule("*", dst, "*");
    expect(admits(policy, hub, hub, 443)).toBe(certainly);
    expect(openTo(policy, hub, 443).length > 0).toBe(possibly);
  });

  it.each(["autogroup:self", "autogroup:owner", "a@example.com"])("dst %s is possibly the laptop", (dst) => {
    const policy = rule("*", dst, "*");
    expect(admits(policy, laptop, laptop, 443)).toBe(false);
    expect(openTo(policy, laptop, 443)).toHaveLength(1);
  });

  it.each([
    ["*", true],
    ["5432", true],
    ["tcp:5432", true],
    ["6:5432", true],
    ["tcp:*", true],
    ["5000-6000", true],
    ["tcp:5432-5432", true],
    ["5433", false],
    ["5433-6000", false],
    ["6000-5000", false],
    ["udp:5432", false],
    ["udp:*", false],
    ["icmp:*", false],
    ["17:5432", false],
  ])("ip %s covers tcp 5432: %s", (ip, covered) => {
    expect(admits(rule("*", "*", ip), hub, hub, 5432)).toBe(covered);
  });

  it.each([
    ["tag:host:5432", undefined, true],
    ["*:*", undefined, true],
    ["hub:80,5432", undefined, true],
    ["100.64.0.0/30:5000-6000", "tcp", true],
    ["tag:host:5433", undefined, false],
    ["tag:host:5432", "udp", false],
    ["autogroup:internet:*", undefined, false],
  ])("access rule to %s with protocol %s: %s", (dst, proto, admitted) => {
    const policy = parsePolicy({
      hosts: { hub: "100.64.0.2" },
      acls: [{ action: "accept", src: ["*"], dst: [dst], ...(proto && { proto }) }],
    });
    expect(admits(policy, hub, hub, 5432)).toBe(admitted);
  });

  it("grants nothing on the network with application capabilities alone", () => {
    const policy = parsePolicy({ grants: [{ src: ["*"], dst: ["*"], app: { "example.com/cap": [] } }] });
    expect(openTo(policy, hub, 443)).toEqual([]);
  });

  it("lets nobody in by an empty policy, and tells which rule lets in whom", () => {
    expect(openTo(parsePolicy({ grants: [] }), hub, 443)).toEqual([]);
    const [opening] = openTo(rule("group:family", "hub", "443"), hub, 443);
    expect(opening).toMatchObject({ where: "grants[0]", selector: { text: "group:family" } });
  });
});

describe("what is not understood is refused:", () => {
  const grant = (differences: object) => ({
    grants: [{ src: ["*"], dst: ["*"], ip: ["*"], ...differences }],
  });
  it.each<[string, unknown, string]>([
    ["no policy", undefined, "the policy: Invalid input: expected object, received undefined"],
    ["no rules", { ssh: [] }, "it has neither grants nor acls: then everybody reaches everything"],
    ["an unknown section", { grants: [], magic: 1 }, 'the policy: Unrecognized key: "magic"'],
    [
      "a default posture",
      { grants: [], defaultSrcPosture: [] },
      'the policy: Unrecognized key: "defaultSrcPosture"',
    ],
    ["a posture", grant({ srcPosture: ["posture:x"] }), 'grants.0: Unrecognized key: "srcPosture"'],
    ["a route", grant({ via: ["tag:exit"] }), 'grants.0: Unrecognized key: "via"'],
    [
      "a list that is none",
      grant({ src: "*" }),
      "grants.0.src: Invalid input: expected array, received string",
    ],
    [
      "another action",
      { acls: [{ action: "drop", src: ["*"], dst: ["*:*"] }] },
      'acls.0.action: Invalid input: expected "accept"',
    ],
    [
      "old keys",
      { acls: [{ action: "accept", users: ["*"], ports: ["*:*"] }] },
      "acls.0.src: Invalid input: expected array, received undefined",
    ],
    ["a set of addresses", grant({ src: ["ipset:x"] }), 'grants[0]: src "ipset:x" is not understood'],
    ["a service", grant({ dst: ["svc:web"] }), 'grants[0]: dst "svc:web" is not understood'],
    [
      "an unknown autogroup",
      grant({ src: ["autogroup:new"] }),
      'grants[0]: src "autogroup:new" is not understood',
    ],
    [
      "a source that is only a target",
      grant({ src: ["autogroup:self"] }),
      'grants[0]: src "autogroup:self" is not understood',
    ],
    [
      "a target that is only a source",
      grant({ dst: ["autogroup:danger-all"] }),
      'grants[0]: dst "autogroup:danger-all" is not understood',
    ],
    ["an unknown group", grant({ src: ["group:x"] }), 'grants[0]: src "group:x" is not in groups'],
    ["an unknown host", grant({ dst: ["attic"] }), 'grants[0]: dst "attic" is not understood'],
    [
      "a word of the language itself",
      grant({ dst: ["constructor"] }),
      'grants[0]: dst "constructor" is not understood',
    ],
    ["an IPv6 address", grant({ src: ["fd7a::1"] }), 'grants[0]: src "fd7a::1" is not understood'],
    ["a prefix too long", grant({ src: ["10.0.0.0/33"] }), 'grants[0]: src "10.0.0.0/33" is not understood'],
    ["no prefix", grant({ src: ["10.0.0.0/x"] }), 'grants[0]: src "10.0.0.0/x" is not understood'],
    ["two prefixes", grant({ src: ["10.0.0.0/8/8"] }), 'grants[0]: src "10.0.0.0/8/8" is not understood'],
    [
      "a host that is a range",
      { ...grant({ src: ["x"] }), hosts: { x: "10.0.0.1-10.0.0.9" } },
      'grants[0]: src "x" is not understood',
    ],
    ["an unknown protocol", grant({ ip: ["quic:443"] }), 'grants[0]: ip "quic:443" is not understood'],
    ["a list of ports", grant({ ip: ["80,443"] }), 'grants[0]: ip "80,443" is not understood'],
    ["a named port", grant({ ip: ["tcp:ssh"] }), 'grants[0]: ip "tcp:ssh" is not understood'],
    [
      "no port in an access rule",
      { acls: [{ action: "accept", src: ["*"], dst: ["*"] }] },
      'acls[0]: dst "" is not understood',
    ],
    [
      "a protocol inside an access rule's target",
      { acls: [{ action: "accept", src: ["*"], dst: ["tag:host:tcp:22"] }] },
      'acls[0]: dst "tag:host:tcp" is not understood',
    ],
  ])("%s", (_, policy, message) => {
    expect(() => parsePolicy(policy)).toThrow(new PolicyError(message));
  });
});
