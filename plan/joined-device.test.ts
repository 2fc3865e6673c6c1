import { describe, expect, test } from "vitest";
import { didNotJoin, joinedAddress, joinName, type ListedDevice } from "./joined-device.ts";

const key = {
  id: "kFGiAS7CNTRL",
  createdAt: "2026-11-28T10:00:00Z",
  expiresAt: "2026-11-28T11:00:00Z",
  tags: ["tag:kitestacks"],
};
const device = (changes: Partial<ListedDevice> = {}): ListedDevice => ({
  name: "cloud-kfgias7.tail1234.ts.net",
  hostname: "cloud-kfgias7",
  nodeId: "nNew1CNTRL",
  addresses: ["fd7a:115c:a1e0::7", "100.64.0.7"],
  tags: ["tag:kitestacks"],
  created: "2026-11-28T10:05:00Z",
  ...changes,
});
const older = device({
  name: "cloud.tail1234.ts.net",
  hostname: "cloud",
  nodeId: "nOld1CNTRL",
  addresses: ["100.64.0.2"],
  created: "2026-01-01T00:00:00Z",
});
const found = (...devices: readonly ListedDevice[]) => joinedAddress(devices, "cloud", key);

test("a new machine's name on the tailnet has the id of its key, and is a DNS label", () => {
  expect(joinName("cloud", key.id)).toBe("cloud-kfgias7");
  expect(joinName("c".repeat(63), key.id)).toHaveLength(63);
});

describe("the device that a join key made", () => {
  test("is not the older one of the host's name, whatever its tag", () => {
    expect(found(older, device())).toBe("100.64.0.7");
    expect(found(older)).toBeUndefined();
  });

  test("may have the host's own name, as of machines made before", () => {
    const plain = device({ name: "cloud-1.tail1234.ts.net", hostname: "cloud" });
    expect(found(older, plain)).toBe("100.64.0.7");
    expect(found(plain, device({ addresses: ["100.64.0.8"] }))).toBe("100.64.0.8");
  });

  test("came while the key was good, and has a tag of the key", () => {
    expect(found(device({ created: "2026-11-28T09:59:59Z" }))).toBeUndefined();
    expect(found(device({ created: "2026-11-28T11:00:01Z" }))).toBeUndefined();
    expect(found(device({ created: "" }))).toBeUndefined();
    expect(found(device({ tags: [] }))).toBeUndefined();
    expect(found(device({ tags: ["tag:other"] }))).toBeUndefined();
  });

  test("is refused where two may be it, and both are named", () => {
    const twin = device({
      name: "cloud-kfgias7-1.tail1234.ts.net",
      nodeId: "nTwinCNTRL",
      addresses: ["100.64.0.9"],
      created: "2026-11-28T10:07:00Z",
    });
    expect(() => found(device(), twin)).toThrow(
      "More than one device may be cloud: " +
        "cloud-kfgias7.tail1234.ts.net (fd7a:115c:a1e0::7 100.64.0.7, nNew1CNTRL, tag:kitestacks, created 2026-11-28T10:05:00Z), " +
        "cloud-kfgias7-1.tail1234.ts.net (100.64.0.9, nTwinCNTRL, tag:kitestacks, created 2026-11-28T10:07:00Z). " +
        "Remove the others at https://login.tailscale.com/admin/machines, or write the address of the right one as kitestacks:host.tailnetAddress of Pulumi.cloud.yaml.",
    );
  });

  test.each([[[]], [["fd7a:115c:a1e0::7"]], [["192.168.1.7"]], [["100.128.0.1"]]])(
    "is no place to deploy to without an IPv4 address of the tailnet: %s",
    (addresses) => {
      expect(() => found(device({ addresses }))).toThrow(
        "has no IPv4 address of the tailnet, so nothing is deployed to it: write the address of the machine as kitestacks:host.tailnetAddress of Pulumi.cloud.yaml.",
      );
    },
  );
});

test("a machine that did not join is told from those of its name", () => {
  const start =
    'cloud did not join the tailnet (no answer). Its join key works once and for an hour: see "The VPS did not join the tailnet" in docs/operating.md.';
  expect(didNotJoin([], "cloud", key, "no answer")).toBe(start);
  expect(didNotJoin([older], "cloud", key, "no answer")).toBe(
    `${start} Of that name, but without tag:kitestacks or not made between 2026-11-28T10:00:00Z and 2026-11-28T11:00:00Z, when the key was good: ` +
      "cloud.tail1234.ts.net (100.64.0.2, nOld1CNTRL, tag:kitestacks, created 2026-01-01T00:00:00Z). " +
      "If one of them is the machine, write the address of it as kitestacks:host.tailnetAddress of Pulumi.cloud.yaml.",
  );
});
