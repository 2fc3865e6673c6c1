import { beforeAll, expect, test } from "vitest";
import program from "../../index.ts";
import { judge } from "../../promises/all.ts";
import type { Observed, PromiseId } from "../../promises/observed.ts";
import { describeWithEngine } from "../engine/testing.ts";
import { observeWorld, type Seen } from "../observe-world.ts";
import { Rehearsal } from "../rehearsal.ts";
import type { World } from "../world/world.ts";
import { bothUp, cast, hub, member, openBothUp, projectDir } from "./stage.ts";

type Harm = (world: World) => void;

const { domain } = cast.plan.edge;

/** Each breaks the named promises, and these alone; the first one says so in these words. */
const harms: readonly [string, readonly PromiseId[], Harm, string][] = [
  [
    "a record that somebody pointed elsewhere",
    ["P1"],
    ({ faults }) => faults.editRecord(`grafana.${domain}`, { content: "elsewhere.example.net" }),
    `grafana.${domain}: its DNS record is CNAME elsewhere.example.net, expected a CNAME to <tunnel id>.cfargotunnel.com of a tunnel that exists`,
  ],
  [
    "a second record of a public name, which the program does not know of",
    ["P1"],
    ({ faults }) =>
      faults.addRecord({
        zoneId: cast.plan.edge.settings.zoneId,
        name: `chat.${domain}`,
        type: "A",
        content: "203.0.113.9",
      }),
    "A 203.0.113.9, expected exactly one proxied CNAME to the tunnel",
  ],
  [
    "an ingress rule to another port",
    ["P1"],
    ({ faults }) => faults.editIngress("kitestacks", `git.${domain}`, "http://forgejo:3999"),
    `git.${domain}: forgejo on ${hub} listens on 0.0.0.0:3000, expected port 3999 on every address`,
  ],
  [
    "a stopped container",
    ["P1"],
    ({ faults }) => faults.stopContainer(member, "kavita"),
    `kavita.${domain}: kavita on ${member} is not running`,
  ],
  [
    "a deleted tunnel",
    ["P1"],
    ({ faults }) => faults.deleteTunnel("kitestacks"),
    "tunnel kitestacks is deleted at Cloudflare, expected one that exists",
  ],
  [
    "a port published by hand",
    ["P2"],
    ({ faults }) =>
      faults.publishPort(member, "grafana", {
        ip: "0.0.0.0",
        external: 3000,
        internal: 3000,
        protocol: "tcp",
      }),
    `grafana on ${member} publishes 0.0.0.0:3000, every address of the host`,
  ],
  [
    "a firewall to which a rule for SSH was added",
    ["P2"],
    ({ state }) => {
      const firewall = Object.values(state.hetzner.firewalls).find(({ name }) => name === hub);
      firewall?.rules.push({
        direction: "in",
        protocol: "tcp",
        port: "22",
        sourceIps: ["0.0.0.0/0"],
        destinationIps: [],
        description: "",
      });
    },
    `the firewall of ${hub} lets in tcp 22 from 0.0.0.0/0, expected only icmp and udp 41641`,
  ],
  [
    "a host whose guard somebody took away",
    ["P2"],
    ({ machine }) => {
      machine(member).guarded = [];
    },
    `${member} answers at 100.64.0.1 on every interface`,
  ],
  [
    "a policy that lets everyone in",
    ["P3"],
    ({ faults }) => faults.editPolicy(JSON.stringify({ grants: [{ src: ["*"], dst: ["*"], ip: ["*"] }] })),
    'the tailnet policy (grants[0], src "*") lets more than our hosts reach Postgres',
  ],
  [
    "a database on the public address",
    ["P2", "P3"],
    ({ faults, machine }) =>
      faults.publishPort(hub, "postgres", {
        ip: machine(hub).addresses[0] ?? "",
        external: 5432,
        internal: 5432,
        protocol: "tcp",
      }),
    `postgres on ${hub} publishes 5.78.`,
  ],
  [
    "a member whose Authentik signs with another key",
    ["P4"],
    ({ container }) => {
      container(member, "authentik").env["AUTHENTIK_SECRET_KEY"] = "another key of the same length";
    },
    `authentik on ${member}: AUTHENTIK_SECRET_KEY differs from the one of authentik on ${hub}`,
  ],
  [
    "a member whose Authentik has another image",
    ["P4"],
    ({ faults }) => faults.changeImage(member, "authentik-worker", "ghcr.io/goauthentik/server:2020.1.1"),
    `authentik-worker on ${member} runs ghcr.io/goauthentik/server:2020.1.1, expected `,
  ],
  [
    "a tunnel token in a label",
    ["P5"],
    ({ container }) => {
      const { env, labels } = container(member, "cloudflared");
      labels["token"] = env["TUNNEL_TOKEN"] ?? "";
    },
    `a label of cloudflared on ${member} holds the secret edge.tunnelToken`,
  ],
  [
    "a generated secret in a page of the portal",
    ["P5"],
    ({ container }) => {
      const { env } = container(member, "authentik");
      const [page] = container(member, "homepage").files;
      if (page !== undefined) page.content += env["AUTHENTIK_SECRET_KEY"];
    },
    `of homepage on ${member} holds the secret authentik.secretKey and is not declared to carry one`,
  ],
  [
    "limits that somebody raised by hand",
    ["P7"],
    ({ container }) => {
      Object.assign(container(hub, "grafana"), { memory: 4096, memorySwap: 8192 });
    },
    `${hub}: the memory limits of its containers add up to `,
  ],
  [
    "a volume in a service that declares to have no data",
    ["P9"],
    ({ container }) => {
      container(member, "homepage").mounts.push({
        kind: "volume",
        source: "notes",
        target: "/notes",
        readOnly: false,
      });
    },
    `homepage on ${member} mounts notes, but homepage declares to have no data`,
  ],
  [
    "a container that nobody declared",
    ["P7", "P9"],
    ({ faults }) => faults.runContainer(member, { name: "watchtower", image: "busybox:1.37" }),
    `watchtower on ${member} has no memory limit`,
  ],
  [
    "a Prometheus that asks once a minute",
    ["P10"],
    ({ container }) => {
      for (const file of container(hub, "prometheus").files) file.content = file.content.replace("15s", "1m");
    },
    `prometheus on ${hub} scrapes `,
  ],
  [
    "an Open WebUI in which anybody makes an account",
    ["P14"],
    ({ container }) => {
      delete container(member, "kite-openwebui").env["ENABLE_SIGNUP"];
    },
    `kite-openwebui on ${member}: anybody makes an account from its second start on`,
  ],
  [
    "a Kavita whose data were lost",
    ["P14"],
    ({ machine }) => {
      delete machine(member).volumes["kavita-config"]?.administrator;
    },
    `kavita on ${member}: whoever opens it first becomes its administrator`,
  ],
];

describeWithEngine("both stacks up, and then", (engine) => {
  let seen: Omit<Seen, "world">;

  beforeAll(async () => {
    const saved = await bothUp(engine);
    const rehearsal = await Rehearsal.open({ engine, cast, program, projectDir, saved });
    const { secrets, history } = await rehearsal.observe();
    const sessions = await Promise.all([hub, member].map((name) => rehearsal.stack(name)));
    const stacks = sessions.map((stack) => ({
      name: stack.name,
      state: stack.exportState(),
      resources: stack.resources(),
    }));
    seen = { plan: cast.plan, catalogue: cast.catalogue, stacks, secrets, history };
    await rehearsal.close();
  }, 300_000);

  test.each(harms)("%s breaks %j", async (_, ids, harm, evidence) => {
    const { world } = await bothUp(engine);
    harm(world);
    expectBroken(observeWorld({ ...seen, world }), ids, evidence);
  });

  test("a container stopped where no name leads breaks P8 alone, by the next refresh", async () => {
    const rehearsal = await openBothUp(engine);
    rehearsal.world.faults.stopContainer(member, "meilisearch");
    await rehearsal.refresh(member);
    expectBroken(
      await rehearsal.observe(),
      ["P8"],
      `the refresh of ${member} found 1 change (update docker:index/container:Container meilisearch), expected none`,
    );
  });
});

function expectBroken(observed: Observed, ids: readonly PromiseId[], evidence: string): void {
  const verdicts = judge(observed);
  const broken = verdicts.filter(({ verdict }) => verdict === "broken");
  expect(broken.map(({ id }) => id)).toEqual(ids);
  expect(verdicts.filter(({ id, verdict }) => !ids.includes(id) && verdict !== "proved")).toEqual([]);
  expect(broken[0]?.evidence.join("\n")).toContain(evidence);
}
