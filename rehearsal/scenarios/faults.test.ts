import { expect, test } from "vitest";
import { describeWithEngine } from "../engine/testing.ts";
import { cast, done, failureOf, gate, hub, member, notProved, openBothUp } from "./stage.ts";

const { domain, settings } = cast.plan.edge;

/** What is done inside a container is done again in a new one. */
const stepsInKavita = ["replace Command kavita.oidc-settings", "replace Command kavita.register-admin"];

describeWithEngine("both stacks up, and then", (engine) => {
  test("what was stopped, removed or edited by hand is found by the drift gate and repaired by an up with refresh", async () => {
    const rehearsal = await openBothUp(engine);
    const { faults } = rehearsal.world;
    faults.stopContainer(hub, "grafana");
    faults.removeContainer(hub, "kavita");
    faults.editRecord(`chat.${domain}`, { content: "elsewhere.example.net" });
    faults.removeRecord(`git.${domain}`);
    faults.editIngress(settings.tunnelName, `status.${domain}`, "http://uptime-kuma:1");
    faults.editPolicy(JSON.stringify({ grants: [{ src: ["*"], dst: ["*"], ip: ["*"] }] }));
    faults.deleteFirewallRule(hub, 0);
    faults.editSetting(settings.zoneId, "min_tls_version", "1.0");
    // These two are as they should be: a join key is used once, and an image that nothing uses may go.
    faults.expireKeys();
    faults.removeImages(member);

    const stack = await rehearsal.stack(hub);
    expect(done(await stack.preview())).toEqual([]);
    const drift = [
      "create Container kavita",
      "create DnsRecord dns-git",
      ...stepsInKavita,
      "update Acl policy",
      "update Container grafana",
      "update DnsRecord dns-chat",
      "update Firewall firewall",
      "update ZeroTrustTunnelCloudflaredConfig ingress",
      "update ZoneSetting zone-min_tls_version",
    ];
    expect(done(await gate(rehearsal, hub))).toEqual(drift);
    expect(done(await stack.up({ refresh: true }))).toEqual(drift);
    expect(done(await gate(rehearsal, hub))).toEqual([]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("a container that somebody made anew under its name is in the way until it is removed", async () => {
    const rehearsal = await openBothUp(engine);
    const { faults } = rehearsal.world;
    faults.recreateContainer(member, "kavita");
    expect(done(await gate(rehearsal, member))).toEqual(["create Container kavita", ...stepsInKavita]);
    const stack = await rehearsal.stack(member);
    const { messages } = await failureOf(stack.up({ refresh: true }));
    expect(messages.join("\n")).toMatch(
      /The container name "\/kavita" is already in use by container "[0-9a-f]{64}"\. You have to remove \(or rename\) that container/,
    );
    faults.removeContainer(member, "kavita");
    expect(done(await stack.up({ refresh: true }))).toEqual(["create Container kavita", ...stepsInKavita]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("a record that somebody added is no drift for the engine, but breaks P1", async () => {
    const rehearsal = await openBothUp(engine);
    const { zoneId } = settings;
    rehearsal.world.faults.addRecord({
      zoneId,
      name: `chat.${domain}`,
      type: "A",
      content: "203.0.113.9",
    });
    expect(done(await gate(rehearsal, hub))).toEqual([]);
    expect(Object.keys(notProved(await rehearsal.observe()))).toEqual(["P1"]);
  });

  test("a host that is away cannot be asked, and the other one is not held up by it", async () => {
    const rehearsal = await openBothUp(engine);
    const { faults } = rehearsal.world;
    faults.goAway(member);
    expect(done(await gate(rehearsal, hub))).toEqual([]);
    expect(done(await (await rehearsal.stack(member)).preview())).toEqual([]);
    const { messages } = await failureOf(gate(rehearsal, member));
    expect(messages.join("\n")).toContain("connect to host 100.64.0.1 port 22: Connection timed out");
    // What cannot be seen is not called broken.
    const unknown = new Set(Object.values(notProved(await rehearsal.observe())).flat());
    expect(unknown).toContain(`${member}: its Docker does not answer, so its containers are unknown`);
    faults.comeBack(member);
    expect(done(await gate(rehearsal, member))).toEqual([]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("a full disk and a start that takes too long fail the up, and the next one makes them good", async () => {
    const rehearsal = await openBothUp(engine);
    const { faults } = rehearsal.world;
    faults.removeContainer(member, "kavita");
    faults.removeContainer(member, "grafana");
    faults.fillDisk(member);
    const stack = await rehearsal.stack(member);
    const full = await failureOf(stack.up({ refresh: true }));
    expect(full.messages.join("\n")).toContain(`${member} lacks disk: 0 MiB are free on /`);
    faults.emptyDisk(member);
    faults.slowHealth(member, "grafana", 3600);
    const slow = await failureOf(stack.up({ refresh: true }));
    expect(slow.messages.join("\n")).toMatch(
      /container failed to be in healthy state: grafana may take 3600 seconds to answer and waitTimeout is \d+/,
    );
    faults.slowHealth(member, "grafana", 0);
    // A container that never got healthy is not accepted silently: it is made anew and waited for again.
    const repaired = done(await stack.up()).filter((change) => change.includes(" Container "));
    // The failed one stops before Kavita or after it: which of the two is started first is the engine's to choose.
    expect(repaired.filter((change) => change !== "create Container kavita")).toEqual([
      "replace Container grafana",
    ]);
    expect(rehearsal.world.health(member, "kavita").healthy).toBe(true);
    expect(done(await gate(rehearsal, member))).toEqual([]);
    expect(rehearsal.world.state.volumesLost).toEqual([]);
  });
});
