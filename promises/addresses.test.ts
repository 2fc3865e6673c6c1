import { describe, expect, it } from "vitest";
import { isAnyAddress, isLoopback, isPrivate, isPublic, isWithin } from "./addresses.ts";

describe("an address", () => {
  it.each([
    ["0.0.0.0", "any"],
    ["::", "any"],
    ["[::]", "any"],
    ["*", "any"],
    ["", "any"],
    ["127.0.0.1", "loopback"],
    ["127.1.2.3", "loopback"],
    ["::1", "loopback"],
    ["localhost", "loopback"],
    ["10.1.2.3", "private"],
    ["172.31.255.255", "private"],
    ["192.168.1.20", "private"],
    ["fd7a:115c:a1e0::1", "private"],
    ["172.32.0.1", "public"],
    ["5.78.1.2", "public"],
    ["2a01:4f8::1", "public"],
    ["::ffff:5.78.1.2", "public"],
    ["100.128.0.1", "public"],
    ["100.64.0.2", "none of these"],
    ["169.254.1.1", "none of these"],
    ["fe80::1", "none of these"],
    ["eth0", "none of these"],
    ["5.78.1", "none of these"],
  ])("%s is %s", (address, kind) => {
    const kinds = { any: isAnyAddress, loopback: isLoopback, private: isPrivate, public: isPublic };
    const found = Object.entries(kinds).filter(([, is]) => is(address));
    expect(found.map(([name]) => name)).toEqual(kind === "none of these" ? [] : [kind]);
  });
});

it.each([
  ["100.64.0.2", ["100.64.0.2"], true],
  ["100.64.0.2", ["172.30.0.0/24", "100.64.0.0/10"], true],
  ["100.64.0.22", ["100.64.0.2", "100.128.0.0/10"], false],
  ["100.64.0.2", ["/", "x/10", "100.64.0.0/33", "100.64.0.0/10/10", "100.64.0.0/-1"], false],
  ["100.64.0.2", [], false],
])("%s is within %j: %s", (address, ranges, expected) => {
  expect(isWithin(address, ranges)).toBe(expected);
});
