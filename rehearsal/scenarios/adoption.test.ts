import { expect, test } from "vitest";
import { fileOf } from "../../settings/stack-file.ts";
import { castOf } from "../cast.ts";
import { describeWithEngine } from "../engine/testing.ts";
import { madeUpSecrets } from "../made-up-secrets.ts";
import { outsideWorld } from "../outside-world.ts";
import { createWorld } from "../world/world.ts";
import { cast, done, edited, failureOf, hub, member, notProved, open, projectDir } from "./stage.ts";

/** One machine that is there already, as the settings of a first day would describe it. */
const hubFile = (lines: { readonly server: string; readonly host: string; readonly tailnet?: string }) => ({
  "Pulumi.shed.yaml": `config:
  kitestacks:site: { domain: example.com, adminEmail: admin@example.com }
  kitestacks:edge: { accountId: ${"a".repeat(32)}, zoneId: ${"b".repeat(32)} }
  kitestacks:tailnet: { oauthClientId: kExample1CNTRL${lines.tailnet ?? ""} }
  kitestacks:server: ${lines.server}
  kitestacks:host: { role: hub, tailnetAddress: 100.64.0.3, ramMiB: 7700, swapMiB: 4096${lines.host} }
`,
});

describeWithEngine("a hub of one's own", (engine) => {
  test("at a Unix socket needs no Hetzner account", async () => {
    const cast = castOf(hubFile({ server: "{ mode: none }", host: ", docker: unix:///var/run/docker.sock" }));
    expect(Object.keys(cast.secrets)).not.toContain("hcloudToken");
    const rehearsal = await open(engine, {
      cast,
      world: createWorld(outsideWorld(cast.plan.settings, cast.secrets, projectDir)),
    });
    await rehearsal.up("shed");
    await rehearsal.up("shed", "second up");
    await rehearsal.refresh("shed");
    const types = (await rehearsal.stack("shed")).resources().map(({ type }) => type);
    expect(types.filter((type) => /hcloud|TailnetKey/.test(type))).toEqual([]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });
});

describeWithEngine("what exists already", (engine) => {
  const shape =
    'type: cpx21, location: hil, sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII/8bo1ZhKqB6Oq4b2a+MSmE+V1BLeG8gUux9XRE894t x"]';

  test("VPS, network and tailnet policy are taken over as they are; nothing is replaced", async () => {
    const before = castOf(hubFile({ server: "{ mode: none }", host: "" }));
    const secrets = madeUpSecrets("example.com");
    const options = outsideWorld(before.plan.settings, secrets, projectDir);
    const policy = JSON.stringify({ grants: [{ src: ["*"], dst: ["*"], ip: ["*"] }, printer] });
    const world = createWorld({
      ...options,
      hetzner: {
        ...options.hetzner,
        servers: [
          { name: "shed", serverType: "cpx21", location: "hil", image: "debian-13", ipv4: "5.78.1.2" },
        ],
      },
      tailscale: { ...options.tailscale, policy },
    });
    const server = Object.keys(world.state.hetzner.servers)[0] ?? "";
    const serverBefore = structuredClone(world.state.hetzner.servers[server]);
    const { subnet, gateway } = before.plan.settings.network;
    world.faults.createNetwork("shed", { name: "kitestacks", subnet, gateway });
    const found = world.machine("shed").networks["kitestacks"];
    Object.assign(found ?? {}, { labels: { "com.docker.compose.network": "kitestacks" } });
    const network = found?.id ?? "";
    const mode = (policy: string) =>
      castOf(
        hubFile({
          server: `{ mode: adopt, id: ${server}, ${shape} }`,
          host: `, adoptNetwork: ${network}`,
          tailnet: policy,
        }),
      );
    const grants = `extraGrants: [${JSON.stringify(printer)}]`;

    const rehearsal = await open(engine, { cast: mode(", policy: adopt"), world });
    const refused = await failureOf(rehearsal.up("shed"));
    expect(refused.messages[0]).toContain(
      [
        "The tailnet policy has 1 entry that the settings do not carry:",
        '  grants: {"dst":["100.64.0.77"],"ip":["tcp:631"],"src":["autogroup:member"]}; add it to kitestacks:tailnet.extraGrants in Pulumi.shed.yaml, or take it out of the policy',
      ].join("\n"),
    );
    expect(world.state.tailscale.policy).toBe(policy);

    rehearsal.recast(mode(`, policy: adopt, ${grants}`));
    await rehearsal.up("shed");
    const kept = (await rehearsal.stack("shed"))
      .resources()
      .map(({ urn, id }) => [urn.split("::").at(-1), id]);
    expect(kept).toContainEqual(["server", server]);
    expect(kept).toContainEqual(["network", network]);
    expect(world.state.tailscale.policy).toBe(policy);
    // Everything of the VPS is as it was, only the firewall stands before it now.
    const { firewallIds, ...after } = structuredClone(world.state.hetzner.servers[server]) ?? {};
    expect(firewallIds).toEqual([kept.find(([name]) => name === "firewall")?.[1]]);
    expect({ ...after, firewallIds: [] }).toEqual(serverBefore);

    rehearsal.recast(mode(`, ${grants}`));
    expect(done(await rehearsal.up("shed"))).toEqual(["update Acl policy"]);
    expect(JSON.parse(world.state.tailscale.policy).grants).toContainEqual(printer);
    await rehearsal.up("shed", "second up");
    await rehearsal.refresh("shed");
    expect(notProved(await rehearsal.observe())).toEqual({});
  });
});

describeWithEngine("a first day as README.md tells it", (engine) => {
  const file = fileOf(hub);
  const adopting = edited(cast, file, ["policy: create", "policy: adopt"]);

  test("begins with a policy that defines the tag: adopted, then written, and every promise holds", async () => {
    const world = createWorld(outsideWorld(adopting.plan.settings, cast.secrets, projectDir));
    const { tailscale } = world.state;
    const before = tailscale.policy;
    expect(tailscale.oauthClients).toMatchObject([{ tags: ["tag:kitestacks"] }]);
    expect(tailscale.policyIsDefault).toBe(false);
    const rehearsal = await open(engine, { world });

    // Who overlooks the step is stopped in the middle of the first `up`, and nothing of the policy is lost.
    const { messages } = await failureOf(rehearsal.up(hub));
    expect(messages.join("\n")).toContain("please import your existing ACL");
    expect(tailscale.policy).toBe(before);

    rehearsal.recast(adopting);
    await rehearsal.up(hub);
    expect(tailscale.policy).toBe(before);

    rehearsal.recast(cast);
    expect(done(await rehearsal.up(hub))).toEqual(["update Acl policy"]);
    await rehearsal.up(member);
    for (const name of [hub, member]) await rehearsal.up(name, "second up");
    for (const name of [hub, member]) await rehearsal.refresh(name);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });
});

/** A grant of somebody else's devices. */
const printer = { src: ["autogroup:member"], dst: ["100.64.0.77"], ip: ["tcp:631"] };
