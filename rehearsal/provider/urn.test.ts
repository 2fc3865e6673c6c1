import { expect, test } from "vitest";
import { packageOfProvider, parseUrn } from "./urn.ts";

test("reads stack, type and name; a name may hold the separator", () => {
  expect(parseUrn("urn:pulumi:monk::kitestacks::a:b:C$docker:index/container:Container::x::y")).toEqual({
    stack: "monk",
    type: "docker:index/container:Container",
    name: "x::y",
  });
});

test("tells a provider's package", () => {
  expect(packageOfProvider("urn:pulumi:monk::kitestacks::pulumi:providers:docker::host")).toBe("docker");
});

test("refuses what is no URN, and what is not a provider's", () => {
  expect(() => parseUrn("docker")).toThrow('"docker" is not a resource URN');
  const thing = "urn:pulumi:monk::kitestacks::toy:index:Thing::a";
  expect(() => packageOfProvider(thing)).toThrow(`"${thing}" is not the URN of a provider`);
});
