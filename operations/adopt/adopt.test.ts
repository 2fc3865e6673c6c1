import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithEngine } from "../../rehearsal/engine/testing.ts";
import { inventoryOfWorld } from "../inventory/in-world.ts";
import { BothUp } from "../testing/both-up.ts";
import { adoptionOf } from "./adopt-on.ts";
import { adoptionText } from "./text.ts";

/** A second rehearsal whose state is empty looks at the world of the first: an install that nobody declared. */
describeWithEngine("adopting an install that runs", (engine) => {
  let running: BothUp;
  let empty: BothUp;
  beforeAll(async () => {
    running = await BothUp.open(engine);
    empty = await BothUp.open(engine, { bringUp: false });
  }, 240_000);
  afterAll(async () => {
    await empty?.close();
    await running?.close();
  });
  const adopt = async () =>
    adoptionOf(
      await empty.stack("kscloud1"),
      running.rehearsal.cast.plan,
      inventoryOfWorld(running.rehearsal.world),
    );

  test("says of every resource what becomes of it, and changes nothing", async () => {
    const before = running.saveWorld();
    const adoption = await adopt();
    const verdictOf = (type: string, name: string) =>
      adoption.resources.find((one) => one.type.endsWith(type) && one.name === name);
    expect(verdictOf(":Volume", "forgejo-data")).toMatchObject({
      verdict: "imported unchanged",
      id: "forgejo-data",
    });
    expect(verdictOf(":Container", "grafana")).toMatchObject({
      verdict: "will be replaced",
      why: "environment, labels and files cannot be read back",
    });
    expect(verdictOf(":DnsRecord", "dns-grafana")).toMatchObject({ verdict: "will be updated" });
    expect(verdictOf(":Network", "network")).toMatchObject({
      verdict: "needs a setting",
      why: expect.stringMatching(/^set kitestacks:host\.adoptNetwork: [0-9a-f]{64}$/),
    });
    expect(verdictOf(":ZeroTrustTunnelCloudflared", "tunnel")?.why).toMatch(
      /^set kitestacks:edge\.tunnel: \{ mode: adopt, id: [0-9a-f-]{36} \}/,
    );
    expect(verdictOf(":Server", "server")?.why).toMatch(/^set kitestacks:server: \{ mode: adopt, id: "\d+"/);
    expect(verdictOf(":SshKey", "key-1")).toMatchObject({ verdict: "imported unchanged" });
    expect(verdictOf(":Acl", "policy")).toMatchObject({ verdict: "needs a setting" });
    expect(verdictOf("", "forgejo.secretKey")).toMatchObject({
      verdict: "needs a setting",
      why: `encrypts stored tokens; without it nobody reads the data that it protects: pulumi config set --secret --path 'kitestacks:inUse["forgejo.secretKey"]' --stack kscloud1`,
    });
    expect(verdictOf("", "grafana.oidc")).toMatchObject({
      verdict: "made anew",
      why: "a new value is enough",
    });
    expect(running.saveWorld()).toBe(before);
    expect(await (await empty.stack("kscloud1")).resources()).toEqual([]);
    expect(adoptionText(adoption)).toMatch(/### Needs a setting \(\d\d\)/);
  });

  test("the import list has an id for everything that exists, and only that", async () => {
    const { importList, resources } = await adopt();
    const things = importList.resources.filter(({ type }) =>
      /^(docker|cloudflare|hcloud|tailscale|random):/.test(type),
    );
    expect(things.length).toBeGreaterThan(40);
    for (const { id } of things) expect(id).toMatch(/\S/);
    expect(things.length).toBe(resources.filter(({ id }) => id !== undefined).length);
    expect(JSON.stringify(importList)).not.toContain("PLACEHOLDER");
  });

  test("a volume of another name is pointed out, and so is a host that does not answer", async () => {
    const { world } = running.rehearsal;
    const before = running.saveWorld();
    const [mount] = world.container("kscloud1", "grafana").mounts;
    if (mount) mount.source = "compose_grafana";
    const { resources } = await adopt();
    expect(
      resources.find(({ type, name }) => type.endsWith(":Container") && name === "grafana")?.why,
    ).toContain("its volume compose_grafana is none of the program's: copy the data before");
    world.faults.goAway("kscloud1");
    const away = await adopt();
    expect(away.unreachable).toEqual(["The Docker of kscloud1 does not answer: no route to host"]);
    expect(away.resources.find(({ type }) => type.endsWith(":Volume"))?.verdict).toBe("not known");
    running.putBack(before);
  });
});
