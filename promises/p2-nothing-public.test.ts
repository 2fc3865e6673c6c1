import { describe, expect, it } from "vitest";
import type { ObservedContainer, PromiseId } from "./observed.ts";
import {
  add,
  type Change,
  changed,
  containerIn,
  expectBroken,
  expectNotChecked,
  hostIn,
  type MutableObserved,
  verdictOf,
} from "./testing-changes.ts";

/** A further container on the host, published at this address. */
const publishing = (host: string, address: string): Change => {
  return (observed) =>
    add(observed, host, "portainer", { published: [{ address, port: 9443, target: 9443 }] });
};
const inHostNetwork = (host: string, address: string): Change => {
  const differences: Partial<ObservedContainer> = { networks: ["host"], listens: [{ address, port: 7000 }] };
  return (observed) => add(observed, host, "agent", differences);
};
const inbound = ({ firewalls }: MutableObserved) => {
  const [first] = firewalls;
  if (first === undefined) throw new Error("the good example has no firewall");
  return first.inbound;
};

describe("P2 is broken by", () => {
  it.each<[string, Change, PromiseId | PromiseId[], string]>([
    ...["0.0.0.0", ""].map((address): [string, Change, PromiseId, string] => [
      `a port published on "${address}"`,
      publishing("home", address),
      "P2",
      `portainer on home publishes ${address}:9443, every address of the host; expected 100.64.0.1 or loopback`,
    ]),
    [
      "a port published on ::",
      publishing("home", "::"),
      "P2",
      "portainer on home publishes [::]:9443, every address of the host; expected 100.64.0.1 or loopback",
    ],
    [
      "a port published on the host's public address",
      publishing("vps", "203.0.113.7"),
      "P2",
      "portainer on vps publishes 203.0.113.7:9443, a public address; expected 100.64.0.2 or loopback",
    ],
    [
      "a port published on an IPv6 address that the Internet routes",
      publishing("vps", "2a01:4f8::1"),
      "P2",
      "portainer on vps publishes [2a01:4f8::1]:9443, a public address; expected 100.64.0.2 or loopback",
    ],
    [
      "a port published in the home network",
      publishing("home", "192.168.1.20"),
      "P2",
      "portainer on home publishes 192.168.1.20:9443, expected 100.64.0.1 or loopback",
    ],
    [
      "a port published on the tailnet address of another host",
      publishing("home", "100.64.0.2"),
      "P2",
      "portainer on home publishes 100.64.0.2:9443, expected 100.64.0.1 or loopback",
    ],
    [
      "a port published on the bridge gateway",
      publishing("home", "172.30.0.1"),
      "P2",
      "portainer on home publishes 172.30.0.1:9443, expected 100.64.0.1 or loopback",
    ],
    [
      "a stopped container with a public port, which opens it as soon as it starts",
      (observed) => {
        publishing("home", "0.0.0.0")(observed);
        containerIn(observed, "home", "portainer").running = false;
      },
      "P2",
      "portainer on home publishes 0.0.0.0:9443, every address of the host; expected 100.64.0.1 or loopback",
    ],
    [
      "a listener on every address of the host's network",
      inHostNetwork("vps", "*"),
      "P2",
      "agent on vps listens in the host's network on *:7000, every address of the host; expected 100.64.0.2 or loopback",
    ],
    [
      "a listener on a private address that is no bridge gateway",
      inHostNetwork("home", "192.168.1.20"),
      "P2",
      "agent on home listens in the host's network on 192.168.1.20:7000, expected 100.64.0.1 or loopback",
    ],
    [
      "a bridge gateway that is a public address",
      (observed) => {
        hostIn(observed, "vps").bridgeGateways.push("198.51.100.1");
        inHostNetwork("vps", "198.51.100.1")(observed);
      },
      "P2",
      "agent on vps listens in the host's network on 198.51.100.1:7000, a public address; expected 100.64.0.2 or loopback",
    ],
    [
      "a database on the public address, which breaks P3 too",
      (observed) => {
        containerIn(observed, "vps", "postgres").published = [
          { address: "203.0.113.7", port: 5432, target: 5432 },
        ];
      },
      ["P2", "P3", "P4"],
      "postgres on vps publishes 203.0.113.7:5432, a public address; expected 100.64.0.2 or loopback",
    ],
    ...[
      ["without a guard", [], "100.64.0.1"],
      ["with a guard of the bridge alone", ["172.30.0.0/24"], "100.64.0.1"],
      ["with a guard of the tailnet address alone", ["100.64.0.1"], "172.30.0.1"],
    ].map(([what, guarded, address]): [string, Change, PromiseId, string] => [
      `a host ${what}`,
      (observed) => {
        hostIn(observed, "home").guarded = [...(guarded ?? [])];
      },
      "P2",
      `home answers at ${address} on every interface: a neighbour in its network reaches it past the tailnet's policy, expected the host to drop what comes in elsewhere than by the tailnet, loopback and its bridges`,
    ]),
    [
      "a firewall that lets in SSH",
      (observed) => inbound(observed).push({ protocol: "tcp", port: "22", sources: ["0.0.0.0/0"] }),
      "P2",
      "the firewall of vps lets in tcp 22 from 0.0.0.0/0, expected only icmp and udp 41641",
    ],
    [
      "a firewall that lets in all of udp",
      (observed) => inbound(observed).push({ protocol: "udp", port: undefined, sources: [] }),
      "P2",
      "the firewall of vps lets in udp on every port from nowhere, expected only icmp and udp 41641",
    ],
    [
      "a public address without firewall",
      (observed) => {
        observed.firewalls = [];
      },
      "P2",
      "vps has the public address 203.0.113.7 and no firewall, expected one",
    ],
  ])("%s", (_, change, ids, evidence) => {
    expectBroken(change, ids, evidence);
  });
});

describe("P2", () => {
  it.each(["127.0.0.1", "::1", "localhost", "100.64.0.1"])("allows a port on %s", (address) => {
    expect(verdictOf("P2", changed(publishing("home", address))).verdict).toBe("proved");
  });

  it("allows a guard of the whole range of tailnet addresses, as a first boot has it", () => {
    const observed = changed((draft) => {
      hostIn(draft, "home").guarded = ["100.64.0.0/10", "172.30.0.0/24"];
    });
    expect(verdictOf("P2", observed).verdict).toBe("proved");
  });

  it("says that no firewall is needed where no host has a public address", () => {
    const observed = changed((draft) => {
      hostIn(draft, "vps").publicAddress = undefined;
      draft.firewalls = [];
    });
    expect(verdictOf("P2", observed)).toMatchObject({ verdict: "proved" });
    expect(verdictOf("P2", observed).evidence).toContain(
      "no host has a public address, so none needs a firewall",
    );
  });

  it("does not guess while the tailnet address is not known", () => {
    expectNotChecked(
      (observed) => {
        hostIn(observed, "home").tailnetAddress = undefined;
      },
      "P2",
      "node-exporter on home listens in the host's network on 100.64.0.1:9100, and the tailnet address of home is not known to compare with",
    );
  });
});
