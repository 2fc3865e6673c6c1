import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeWithEngine } from "../../rehearsal/engine/testing.ts";
import type { World } from "../../rehearsal/world/world.ts";
import { inventoryOfWorld } from "../inventory/in-world.ts";
import { BothUp } from "../testing/both-up.ts";
import { driftOf, exitCodeOfDrift } from "./drift-on.ts";
import type { DriftReport } from "./finding.ts";
import { driftText } from "./text.ts";

interface Scenario {
  readonly name: string;
  readonly stack?: string;
  readonly inject: (world: World) => void;
  /** `what name` of every finding, sorted. */
  readonly found: readonly string[];
  /** Words of the text for people. */
  readonly says: readonly string[];
  readonly exitCode?: number;
  readonly unreachable?: readonly string[];
}

const hub = "kscloud1";
const zoneOf = ({ state }: World) => Object.values(state.cloudflare.records)[0]?.zoneId ?? "";

const redirectByHand = (world: World) =>
  world.faults.addRule(zoneOf(world), "http_request_dynamic_redirect", {
    id: "redirect-by-hand",
    action: "redirect",
    expression: '(http.host eq "git.kitestacks.com")',
    description: "to the old site",
  });

const scenarios: readonly Scenario[] = [
  {
    name: "a container was stopped",
    inject: ({ faults }) => faults.stopContainer(hub, "grafana"),
    found: ["container grafana"],
    says: ["**container grafana** does not run", `npx pulumi up --refresh --run-program --stack ${hub}`],
  },
  {
    name: "a container was removed",
    inject: ({ faults }) => faults.removeContainer(hub, "grafana"),
    found: ["container grafana"],
    says: ["**container grafana** is gone"],
  },
  {
    name: "a container was removed and run again by hand",
    inject: ({ faults }) => faults.recreateContainer(hub, "grafana"),
    found: ["container grafana", "container grafana"],
    says: ["is gone", "rm --force grafana"],
  },
  {
    name: "a container runs another image",
    inject: ({ faults }) => faults.changeImage(hub, "grafana", "grafana/grafana:9.0.0"),
    found: ["container grafana"],
    says: ["**container grafana** differs in image"],
  },
  {
    name: "somebody ran a container, open to everybody",
    inject: ({ faults }) =>
      faults.runContainer(hub, {
        name: "miner",
        image: "evil/miner:1",
        ports: [{ ip: "0.0.0.0", external: 8333, internal: 8333, protocol: "tcp" }],
      }),
    found: ["container miner"],
    says: ["publishes 0.0.0.0:8333, open to every network", "ssh root@kscloud1 docker rm --force miner"],
  },
  {
    name: "a declared container publishes another port on 0.0.0.0",
    stack: "monk",
    inject: ({ faults }) =>
      faults.publishPort("monk", "kavita", {
        ip: "0.0.0.0",
        external: 5000,
        internal: 5000,
        protocol: "tcp",
      }),
    found: ["container kavita", "port kavita:5000"],
    says: ["port 0.0.0.0:5000 of container kavita on monk, open to every network"],
  },
  {
    name: "a network and a volume were made by hand",
    stack: "monk",
    inject: ({ faults }) => {
      faults.createNetwork("monk", { name: "old_default", subnet: "172.25.0.0/16", gateway: "172.25.0.1" });
      faults.createVolume("monk", "old_data");
    },
    found: ["network old_default", "volume old_data"],
    says: [
      "volume rm old_data   (its data is gone then)",
      "ssh root@100.64.0.1 docker network rm old_default",
    ],
  },
  {
    name: "a DNS record was edited",
    inject: ({ faults }) => faults.editRecord("grafana.kitestacks.com", { content: "elsewhere.example.com" }),
    found: ["DNS record dns-grafana"],
    says: ["content: ", "→ elsewhere.example.com"],
  },
  {
    name: "a DNS record was added",
    inject: (world) =>
      world.faults.addRecord({
        zoneId: zoneOf(world),
        name: "old.kitestacks.com",
        type: "A",
        content: "203.0.113.7",
      }),
    found: ["record old.kitestacks.com"],
    says: [
      "DNS record old.kitestacks.com A 203.0.113.7",
      "keep it: as a name of a service: delete it, and give `old` as its `public.hostname`",
      'or add `{ what: record, name: "old.kitestacks.com", reason: … }`',
    ],
  },
  {
    name: "a DNS record for mail was added, which the program has no word for",
    inject: (world) =>
      world.faults.addRecord({
        zoneId: zoneOf(world),
        name: "kitestacks.com",
        type: "MX",
        content: "mail.example.com",
      }),
    found: ["record kitestacks.com"],
    says: ['keep it: add `{ what: record, name: "kitestacks.com", reason: … }`'],
  },
  {
    name: "a wildcard record was added, which no service can be named after",
    inject: (world) =>
      world.faults.addRecord({
        zoneId: zoneOf(world),
        name: "*.kitestacks.com",
        type: "A",
        content: "203.0.113.7",
      }),
    found: ["record *.kitestacks.com"],
    says: ['keep it: add `{ what: record, name: "\\\\*.kitestacks.com", reason: … }`'],
  },
  {
    name: "a second record was added at a name that the program has",
    inject: (world) =>
      world.faults.addRecord({
        zoneId: zoneOf(world),
        name: "git.kitestacks.com",
        type: "A",
        content: "203.0.113.7",
      }),
    found: ["record git.kitestacks.com"],
    says: ['keep it: add `{ what: record, name: "git.kitestacks.com", reason: … }`'],
  },
  {
    name: "a redirect was added in the dashboard",
    inject: redirectByHand,
    found: ["rule redirect-by-hand"],
    says: [
      '- **redirect rule “to the old site” at Cloudflare for (http.host eq "git.kitestacks.com")**',
      "/rules/redirect-by-hand",
      'curl --fail-with-body --request DELETE --header "Authorization: Bearer $CLOUDFLARE_API_TOKEN" https://api.cloudflare.com/client/v4/zones/',
      "keep it: for www.kitestacks.com alone: delete it and set `www: redirect` in kitestacks:site, or add",
    ],
  },
  {
    name: "a rule of another kind was added in the dashboard",
    inject: (world) =>
      world.faults.addRule(zoneOf(world), "http_request_origin", {
        id: "route-by-hand",
        action: "route",
        expression: "true",
        description: "",
      }),
    found: ["rule route-by-hand"],
    says: ["rule (route) of http_request_origin at Cloudflare for true"],
  },
  {
    name: "a tunnel rule was deleted",
    inject: ({ state }) => {
      const [config] = Object.values(state.cloudflare.tunnelConfigs);
      config?.ingresses.splice(3, 1);
    },
    found: ["tunnel rules ingress"],
    says: ["**tunnel rules ingress** differs in config"],
  },
  {
    name: "the tunnel was deleted by hand, which no refresh sees",
    inject: ({ faults }) => faults.deleteTunnel("kitestacks"),
    found: ["tunnel kitestacks"],
    says: ["was deleted by hand at 20", "no connector can use it any more"],
  },
  {
    name: "the tailnet policy was widened",
    inject: ({ faults, state }) => {
      const policy = JSON.parse(state.tailscale.policy) as { grants: unknown[] };
      policy.grants.push({ src: ["*"], dst: ["*"], ip: ["*"] });
      faults.editPolicy(JSON.stringify({ ...policy, tests: [] }, null, "\t"));
    },
    found: ["tailnet policy policy"],
    says: ["**tailnet policy policy** differs in acl"],
  },
  {
    name: "a device that nobody knows is on the tailnet",
    inject: ({ state }) => {
      state.tailscale.devices["nStranger"] = {
        id: "nStranger",
        hostname: "old-laptop",
        address: "100.64.9.9",
        user: "owner@example.com",
        tags: [],
        online: true,
        keyExpiryDisabled: false,
        createdAt: state.clock,
        joinedWith: "",
      };
    },
    found: ["device old-laptop"],
    says: ["device old-laptop (100.64.9.9) on the tailnet"],
  },
  {
    name: "a device took the hub's name, which everybody may",
    inject: ({ state, machine }) => {
      const own = state.tailscale.devices[machine(hub).deviceId];
      if (own === undefined) throw new Error("the hub is not on the tailnet");
      state.tailscale.devices["nImpostor"] = { ...own, id: "nImpostor", address: "100.64.6.6", tags: [] };
    },
    found: [expect.stringMatching(`^device ${hub}-k`)],
    says: [" (100.64.6.6) on the tailnet"],
  },
  {
    name: "a join key was made in the admin console",
    inject: ({ state }) => {
      const [key] = Object.values(state.tailscale.keys);
      if (key === undefined) throw new Error("the tailnet has no key");
      const expiresAt = "2027-01-01T00:00:00.000Z";
      state.tailscale.keys["kByHand"] = { ...key, id: "kByHand", description: "", expiresAt };
    },
    found: ["join-key kByHand"],
    says: ["join key kByHand: whoever has it can add a device"],
  },
  {
    name: "a firewall rule was deleted",
    inject: ({ faults }) => faults.deleteFirewallRule(hub, 0),
    found: ["firewall firewall"],
    says: ["**firewall firewall** differs in rules"],
  },
  {
    name: "the server was resized",
    inject: ({ state }) => {
      for (const server of Object.values(state.hetzner.servers)) server.serverType = "cpx31";
    },
    found: ["server server"],
    says: ["serverType: cpx21 → cpx31"],
  },
  {
    name: "a host is away: its own verdict, nothing of it is gone",
    stack: "monk",
    inject: ({ faults }) => faults.goAway("monk"),
    found: [],
    unreachable: ["monk"],
    exitCode: 3,
    says: ["Not reachable: nothing is known about it", "The Docker of monk does not answer"],
  },
  {
    name: "the hub is away: its accounts are looked at all the same",
    inject: (world) => {
      world.faults.goAway(hub);
      world.faults.editRecord("git.kitestacks.com", { content: "elsewhere.example.com" });
    },
    found: ["DNS record dns-git"],
    unreachable: [hub],
    exitCode: 3,
    says: ["**kscloud1** (since"],
  },
  {
    name: "a host's node key expired",
    inject: ({ state }) => {
      for (const device of Object.values(state.tailscale.devices))
        if (device.hostname === "monk") device.keyExpires = state.clock;
    },
    found: ["node key monk"],
    says: ["**node key monk** expired at", "on monk: tailscale up --force-reauth"],
  },
  {
    name: "two things at once",
    inject: ({ faults }) => {
      faults.stopContainer(hub, "kavita");
      faults.removeRecord("kavita.kitestacks.com");
    },
    found: ["DNS record dns-kavita", "container kavita"],
    says: ["**container kavita** does not run", "**DNS record dns-kavita** is gone"],
  },
];

describeWithEngine("drift of a running system", (engine) => {
  let system: BothUp;
  let clean: string;
  beforeAll(async () => {
    system = await BothUp.open(engine);
    clean = system.saveWorld();
  }, 240_000);
  afterEach(() => system.putBack(clean));
  afterAll(() => system?.close());

  const drift = async (stack = hub, previous?: DriftReport, now = "2026-11-24T06:00:00.000Z") => {
    const { world, cast } = system.rehearsal;
    const plan = system.propose({}, stack);
    return driftOf(
      await system.stack(stack),
      { ...cast.plan, settings: plan.settings },
      {
        inventory: inventoryOfWorld(world),
        now,
        previous,
      },
    );
  };

  test.each([hub, "monk"])("a clean world: nothing is found on %s", async (stack) => {
    const report = await drift(stack);
    expect(report).toMatchObject({ findings: [], unreachable: [], ignored: [] });
    expect(exitCodeOfDrift(report)).toBe(0);
    expect(driftText(report)).toContain("Everything is as the program says, and nothing else is there.");
  });

  test.each(scenarios)("$name", async ({ stack, inject, found, says, exitCode = 2, unreachable = [] }) => {
    inject(system.rehearsal.world);
    const before = system.saveWorld();
    const report = await drift(stack);
    expect(report.findings.map(({ what, name }) => `${what} ${name}`).sort()).toEqual([...found].sort());
    expect(report.unreachable.map(({ what }) => what)).toEqual(unreachable);
    expect(exitCodeOfDrift(report)).toBe(exitCode);
    const text = driftText(report);
    for (const words of says) expect(text).toContain(words);
    expect(system.saveWorld()).toBe(before);
  });

  test("what the token may not read is named, and spoils nothing", async () => {
    const { world, cast } = system.rehearsal;
    world.faults.editRecord("grafana.kitestacks.com", { content: "elsewhere.example.com" });
    const inventory = inventoryOfWorld(world);
    const why = "the zone's rules could not be looked at: Cloudflare answers 403";
    const blind = {
      ...inventory,
      cloudflare: async () => ({ ...(await inventory.cloudflare()), unseen: [why] }),
    };
    const options = { inventory: blind, now: "2026-11-24T06:00:00.000Z" };
    const report = await driftOf(await system.stack(hub), cast.plan, options);
    expect(report.findings.map(({ name }) => name)).toEqual(["dns-grafana"]);
    expect(exitCodeOfDrift(report)).toBe(2);
    expect(driftText(report)).toContain(`### Not looked at\n\n- **Cloudflare**: ${why}`);
    const nothingFound = driftText({ ...report, findings: [] });
    expect(nothingFound).toContain("Everything that was looked at is as the program says");
  });

  test("since when a thing is known comes from the run before", async () => {
    system.rehearsal.world.faults.stopContainer(hub, "grafana");
    const first = await drift();
    system.rehearsal.world.faults.stopContainer(hub, "kavita");
    const second = await drift(hub, first, "2026-11-25T06:00:00.000Z");
    expect(second.findings.map(({ name, since }) => [name, since]).sort()).toEqual([
      ["grafana", "2026-11-24T06:00:00.000Z"],
      ["kavita", "2026-11-25T06:00:00.000Z"],
    ]);
  });

  // The last one: what it brings up stays in the stack's state.
  test("a redirect beside the program's own is a difference of its ruleset", async () => {
    const files = { "Pulumi.kscloud1.yaml": [["www: portal", "www: redirect"]] } as const;
    const plan = system.propose({ files }, hub);
    await system.rehearsal.up(hub);
    const { world } = system.rehearsal;
    const look = async () =>
      driftOf(await system.stack(hub), plan, {
        inventory: inventoryOfWorld(world),
        now: "2026-11-24T06:00:00.000Z",
      });
    expect((await look()).findings).toEqual([]);
    redirectByHand(world);
    expect((await look()).findings).toMatchObject([
      { what: "redirect rules", name: "redirects", text: "differs in rules", kind: "declared" },
    ]);
  });
});
