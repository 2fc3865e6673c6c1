import { describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleHost, exampleSettings } from "../../plan/testing.ts";
import { hubAddressIfKnown, hubAddressOf } from "./hub-address.ts";

const stack = (address?: string) => ({
  name: "cloud",
  outputs: async () => (address === undefined ? {} : { shared: { value: { address }, secret: true } }),
});

describe("the hub's tailnet address", () => {
  const builds = makePlan(exampleSettings(), catalogue);

  test("is what its stack put out", async () => {
    await expect(hubAddressOf(stack("100.64.0.5"))).resolves.toBe("100.64.0.5");
    await expect(hubAddressIfKnown(builds, stack("100.64.0.5"))).resolves.toBe("100.64.0.5");
  });

  test("is what the settings say of a machine that is there", async () => {
    const hosts = [
      exampleHost({ name: "cloud", role: "hub", tailnetAddress: "100.64.0.9" }),
      exampleHost({}),
    ];
    const isThere = makePlan(exampleSettings({ hosts, server: { mode: "none" } }), catalogue);
    await expect(hubAddressIfKnown(isThere, stack())).resolves.toBe("100.64.0.9");
  });

  test("does not exist before the first up", async () => {
    await expect(hubAddressIfKnown(builds, stack())).resolves.toBe("");
    await expect(hubAddressOf(stack())).rejects.toThrow(
      "cloud has no address yet. Bring it up first: pulumi up --stack cloud",
    );
  });
});
