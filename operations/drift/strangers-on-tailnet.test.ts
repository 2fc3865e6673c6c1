import { expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import type { StoredResource } from "../../rehearsal/engine/state.ts";
import { strangersOnTailnet } from "./strangers-on-tailnet.ts";

/** A hub "cloud" whose address only its outputs know, and a member "home" at 100.64.0.1. */
const plan = makePlan(exampleSettings(), catalogue);
const now = "2026-11-24T06:00:00.000Z";

const device = (id: string, name: string, address: string) => ({
  id,
  name,
  address,
  tags: [],
  keyExpires: "",
});
const hub = device("n1", "cloud", "100.64.0.2");
const home = device("n2", "home", "100.64.0.1");
const impostor = device("n3", "cloud", "100.64.0.66");

const strangers = (hubAddress: string, ...devices: (typeof hub)[]) =>
  strangersOnTailnet({ devices, keys: [] }, [], { plan, hubAddress, now }).map(({ id }) => id);

test("a device that only calls itself as the hub does is a stranger: everybody chooses his own name", () => {
  expect(strangers("100.64.0.2", hub, home, impostor)).toEqual(["tailnet/device/n3"]);
});

test("before the first up nothing but the name tells which device is the hub", () => {
  expect(strangers("", hub, home)).toEqual([]);
});

test("nor does it know the hub's machine by any name but the one of its join key", () => {
  const key = { urn: "join-key", type: "tailscale:index/tailnetKey:TailnetKey", id: "kFGiAS7CNTRL" };
  const found = {
    devices: [device("n5", "cloud-kfgias7", "100.64.0.5"), device("n6", "cloud-kother", "100.64.0.6")],
    keys: [],
  };
  const resources = [{ ...key, raw: {} } as unknown as StoredResource];
  expect(strangersOnTailnet(found, resources, { plan, hubAddress: "", now }).map(({ id }) => id)).toEqual([
    "tailnet/device/n6",
  ]);
});

test("a device without an IPv4 address is nobody's", () => {
  const nameless = device("n4", "tablet", "");
  expect(strangers("", nameless)).toEqual(["tailnet/device/n4"]);
  expect(strangers("100.64.0.2", nameless)).toEqual(["tailnet/device/n4"]);
});
