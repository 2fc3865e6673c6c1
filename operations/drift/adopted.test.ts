import { expect, test } from "vitest";
import { castOf } from "../../rehearsal/cast.ts";
import { describeWithEngine } from "../../rehearsal/engine/testing.ts";
import { outsideWorld } from "../../rehearsal/outside-world.ts";
import { open, projectDir } from "../../rehearsal/scenarios/stage.ts";
import { createWorld } from "../../rehearsal/world/world.ts";
import { inventoryOfWorld } from "../inventory/in-world.ts";
import { rehearsedStack } from "../stack/stack-access.ts";
import { driftOf } from "./drift-on.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAII/8bo1ZhKqB6Oq4b2a+MSmE+V1BLeG8gUux9XRE894t";
const vps = { id: "52812345", name: "shed", serverType: "cpx21", location: "hil", image: "debian-13" };

const cast = castOf({
  "Pulumi.shed.yaml": `config:
  kitestacks:site: { domain: example.com, adminEmail: admin@example.com }
  kitestacks:edge: { accountId: ${"a".repeat(32)}, zoneId: ${"b".repeat(32)} }
  kitestacks:tailnet: { oauthClientId: kExample1CNTRL }
  kitestacks:server: { mode: adopt, id: ${vps.id}, type: cpx21, location: hil, sshKeys: ["${key} me"] }
  kitestacks:host: { role: hub, tailnetAddress: 100.64.0.3, ramMiB: 7700, swapMiB: 4096 }
`,
});

/** The machine, the address that Hetzner made with it, and the key that somebody made it with. */
function world() {
  const options = outsideWorld(cast.plan.settings, cast.secrets, projectDir);
  const made = createWorld({
    ...options,
    hetzner: { ...options.hetzner, servers: [{ ...vps, ipv4: "5.78.1.2" }] },
  });
  const { hetzner } = made.state;
  hetzner.primaryIps["9"] = {
    id: "9",
    name: "primary_ip-9",
    type: "ipv4",
    address: "5.78.1.2",
    location: "hil",
    assigneeId: vps.id,
    autoDelete: true,
    deleteProtection: false,
    labels: {},
  };
  hetzner.sshKeys["8"] = { id: "8", name: "laptop", publicKey: key, fingerprint: "", labels: {} };
  return made;
}

describeWithEngine("drift of an adopted server", (engine) => {
  test("what the machine had before is no finding: nobody is told to delete its address", async () => {
    const rehearsal = await open(engine, { cast, world: world() });
    await rehearsal.up("shed");
    const stack = rehearsedStack(await rehearsal.stack("shed"), cast.secrets);
    const inventory = inventoryOfWorld(rehearsal.world);
    const look = () => driftOf(stack, cast.plan, { inventory, now: rehearsal.world.state.clock });
    expect(await look()).toMatchObject({ findings: [], unreachable: [] });

    const { "9": address } = rehearsal.world.state.hetzner.primaryIps;
    Object.assign(address ?? {}, { assigneeId: "" });
    expect((await look()).findings).toMatchObject([{ what: "address", name: "primary_ip-9" }]);
  });
});
