import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { resolve } from "../../catalogue/text.ts";
import { guardFiles } from "../host-guard.ts";
import { makePlan } from "../make-plan.ts";
import { exampleSettings } from "../testing.ts";
import { Network } from "./testing/network.ts";
import { fakePrograms } from "./testing/programs.ts";

const has = (program: string, ...words: string[]) => spawnSync(program, words).status === 0;
const missing = [
  ...(process.getuid?.() === 0 ? [] : ["root"]),
  ...(has("ip", "-V") ? [] : ["ip; install iproute2"]),
  ...(has("nft", "-v") ? [] : ["nft; install nftables"]),
];
/** A continuous check must not pass for lack of a tool: with KITESTACKS_REQUIRE_TOOLS=1 it fails at its first command. */
const isLeftOut = missing.length > 0 && process.env["KITESTACKS_REQUIRE_TOOLS"] !== "1";
const remedy = isLeftOut ? ` (skipped: needs ${missing.join(", ")})` : "";

/** What Docker publishes, what listens in the host's network, and a container by its own address. */
const published = "100.64.0.2:5432";
const exporter = "100.64.0.2:9100";
const onTheHost = [exporter, "100.64.0.2:8000", "172.30.0.1:8000"];
const inContainers = ["172.30.0.5:5432", "172.30.0.5:9090"];
const everything = [published, ...onTheHost, ...inContainers];
const otherHost = ["100.64.0.1:9100", "100.64.0.1:8000"];
const internet = ["198.18.0.9:443"];

/** As Docker writes it for a port published on the tailnet address, whichever back end it uses. */
const docker = `
table ip docker {
  chain published { iifname != "br-0123456789ab" ip daddr 100.64.0.2 tcp dport 5432 dnat to 172.30.0.5:5432; }
  chain prerouting { type nat hook prerouting priority dstnat; fib daddr type local jump published; }
  chain output { type nat hook output priority -100; ip daddr != 127.0.0.0/8 fib daddr type local jump published; }
  chain postrouting { type nat hook postrouting priority srcnat; ip saddr 172.30.0.0/24 oifname != "br-0123456789ab" masquerade; }
}`;

describe.skipIf(isLeftOut)(`the guard against neighbours, with real packets${remedy}`, () => {
  let network: Network;
  let folder: string;

  beforeEach(() => {
    network = new Network();
    folder = mkdtempSync(join(tmpdir(), "kitestacks-guard-"));
  });
  afterEach(() => {
    network.remove();
    rmSync(folder, { recursive: true });
  });

  /** A host with two containers on its bridge, and a neighbour in its LAN who knows the way to all its addresses. */
  function hostWithNeighbour({ lan = "eth0", address = "198.18.0.2/24", neighbour = "198.18.0.9/24" } = {}) {
    for (const name of ["host", "neighbour", "container", "container2", "peer"]) network.machine(name);
    network.cable(["host", "eth0"], ["neighbour", "eth0"]);
    if (lan !== "eth0") {
      network.ip("host", `link add ${lan} type bridge`);
      network.ip("host", `link set eth0 master ${lan}`);
      network.ip("host", `link set ${lan} up`);
    }
    network.ip("host", `address add ${address} dev ${lan}`);
    network.ip("neighbour", `address add ${neighbour} dev eth0`);
    const [router] = address.split("/");
    for (const target of ["100.64.0.2/32", "172.30.0.0/24"])
      network.ip("neighbour", `route add ${target} via ${router}`);

    network.ip("host", "link add br-0123456789ab type bridge");
    network.ip("host", "address add 172.30.0.1/24 dev br-0123456789ab");
    network.ip("host", "link set br-0123456789ab up");
    for (const [name, end, own] of [
      ["container", "veth1", "172.30.0.5/24"],
      ["container2", "veth2", "172.30.0.6/24"],
    ] as const) {
      network.cable(["host", end], [name, "eth0"]);
      network.ip("host", `link set ${end} master br-0123456789ab`);
      network.ip(name, `address add ${own} dev eth0`);
      network.ip(name, "route add default via 172.30.0.1");
    }
    // On before Docker starts, so that Docker leaves forwarding open.
    network.setting("host", "ipv4/ip_forward", 1);
    // Docker's proxy listens at the published address at once, the program of a container behind it.
    network.setting("host", "ipv4/ip_nonlocal_bind", 1);
    network.run("host", ["nft", "-f", "-"], docker);
  }

  function tailnet() {
    network.cable(["host", "tailscale0"], ["peer", "tailscale0"]);
    network.ip("host", "address add 100.64.0.2/32 dev tailscale0");
    network.ip("host", "route add 100.64.0.1/32 dev tailscale0");
    network.ip("peer", "address add 100.64.0.1/32 dev tailscale0");
    network.ip("peer", "route add 100.64.0.2/32 dev tailscale0");
  }

  async function programs() {
    await network.listen("host", [published, ...onTheHost]);
    await network.listen("container", inContainers);
    await network.listen(
      "peer",
      otherHost.map((socket) => socket.replace("100.64.0.1", "0.0.0.0")),
    );
  }

  /** The step's own script, on a host whose /etc is a folder and whose init takes everything. */
  function runStep() {
    const { hub } = makePlan(exampleSettings(), catalogue);
    const input = resolve(hub.guard.input, () => "100.64.0.2").replaceAll("/etc/", `${folder}/`);
    const fakes = fakePrograms({ systemctl: "" }, {});
    const env = { ...process.env, PATH: `${fakes.path}:${process.env["PATH"]}` };
    const said = network.run("host", ["sh", "-s"], input, env);
    fakes.remove();
    return said;
  }

  function firstBoot() {
    const { rules } = guardFiles({ address: undefined, subnet: "172.30.0.0/24" });
    network.run("host", ["nft", "-f", "-"], resolve(rules.content, String));
  }

  function everybodyElseIsServed() {
    // Prometheus on the bridge: its own host, whose published ports are Docker's proxy's for it, and the other one.
    expect(network.answering("container2", [...everything, ...otherHost])).toEqual([
      ...everything,
      ...otherHost,
    ]);
    expect(network.answering("peer", [published, exporter])).toEqual([published, exporter]);
    expect(network.answering("host", [...everything, ...otherHost])).toEqual([...everything, ...otherHost]);
  }

  test("behind a provider that numbers its customers out of the tailnet's range, the uplink still works", async () => {
    hostWithNeighbour({ address: "100.64.0.130/25", neighbour: "100.64.0.129/25" });
    tailnet();
    await programs();
    await network.listen("host", ["100.64.0.130:22"]);
    await network.listen("neighbour", ["100.64.0.129:443"]);
    runStep();
    expect(network.answering("neighbour", ["100.64.0.130:22", ...everything])).toEqual(["100.64.0.130:22"]);
    for (const one of ["host", "container"])
      expect(network.answering(one, ["100.64.0.129:443"])).toEqual(["100.64.0.129:443"]);
  });

  test("a neighbour who writes a container's address as its own is dropped too", async () => {
    hostWithNeighbour();
    runStep();
    network.ip("neighbour", "address add 172.30.0.77/32 dev lo");
    network.ip("neighbour", "route add 172.30.0.5/32 via 198.18.0.2 src 172.30.0.77");
    expect(network.answering("neighbour", ["172.30.0.5:5432"])).toEqual([]);
    expect(network.run("host", ["nft", "list", "table", "inet", "kitestacks"])).toMatch(
      /ip daddr 172\.30\.0\.0\/24 counter packets [1-9]\d* /,
    );
  });

  describe.each([
    ["the step", runStep],
    ["the first boot", firstBoot],
  ])("as %s loads it", (_how, load) => {
    test.each(["eth0", "br-lan"])(
      "a neighbour on %s reached every port before, and none after",
      async (lan) => {
        hostWithNeighbour({ lan });
        tailnet();
        await programs();
        await network.listen("neighbour", internet);
        expect(network.answering("neighbour", everything)).toEqual(everything);
        everybodyElseIsServed();
        load();
        expect(network.answering("neighbour", everything)).toEqual([]);
        everybodyElseIsServed();
        for (const one of ["host", "container"]) expect(network.answering(one, internet)).toEqual(internet);
      },
    );

    test("where bridged packets pass the host's rules, containers still reach each other", async () => {
      hostWithNeighbour();
      tailnet();
      await programs();
      load();
      network.setting("host", "bridge/bridge-nf-call-iptables", 1);
      everybodyElseIsServed();
      expect(network.answering("neighbour", everything)).toEqual([]);
    });

    test("before the tailnet's interface is there, for programs that listen at its address already", async () => {
      hostWithNeighbour();
      load();
      await programs();
      expect(network.answering("neighbour", everything)).toEqual([]);
      tailnet();
      everybodyElseIsServed();
      expect(network.answering("neighbour", everything)).toEqual([]);
    });
  });
});
