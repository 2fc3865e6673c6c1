import { expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { grafana } from "../../catalogue/grafana.ts";
import type { Service } from "../../catalogue/service.ts";
import { uptimeKuma } from "../../catalogue/uptime-kuma.ts";
import { castOf } from "../cast.ts";
import type { Operation } from "../engine/operation.ts";
import { describeWithEngine } from "../engine/testing.ts";
import type { World } from "../world/world.ts";
import { cast, done, edited, hub, member, notProved, openBothUp } from "./stage.ts";

describeWithEngine("services, from both stacks up,", (engine) => {
  test("leave a host that becomes small and come back with the data they had", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    mark(world, member);
    const marked = volumesOf(world, member);

    rehearsal.recast(edited(cast, `Pulumi.${member}.yaml`, ["profile: full", "profile: lite"]));
    // Every worker knows where Portainer may send people back to, and one of the places is gone.
    expect(containersIn(await rehearsal.up(hub))).toEqual(["replace authentik-worker"]);
    expect(containersIn(await rehearsal.up(member))).toEqual([
      "delete chrome",
      "delete kite-litellm",
      "delete meilisearch",
      "delete portainer",
      "replace authentik-worker",
      "replace karakeep",
      "replace kite-openwebui",
      "replace prometheus",
    ]);
    expect(volumesOf(world, member)).toEqual(marked);
    expect(notProved(await rehearsal.observe())).toEqual({});

    rehearsal.recast(cast);
    await rehearsal.up(hub);
    expect(containersIn(await rehearsal.up(member))).toEqual([
      "create chrome",
      "create kite-litellm",
      "create meilisearch",
      "create portainer",
      "replace authentik-worker",
      "replace karakeep",
      "replace kite-openwebui",
      "replace prometheus",
    ]);
    expect(volumesOf(world, member)).toEqual(marked);
    expect(world.state.volumesLost).toEqual([]);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("come with their name, their records and their secret, and go without their data", async () => {
    const rehearsal = await openBothUp(engine);
    const { world } = rehearsal;
    rehearsal.recast(castOf(cast.files, [...catalogue, secondDashboards]));
    const onEveryHost = [
      "create Container sky",
      "create RemoteImage sky",
      "create Service sky",
      "create Volume sky-data",
      "replace Command authentik-worker.apply-blueprints",
      "replace Command uptime-kuma.monitors",
      "replace Container authentik-worker",
      "replace Container homepage",
    ];
    const onHub = [
      "create DnsRecord dns-sky",
      "create RandomPassword sky.adminPassword",
      "update ZeroTrustTunnelCloudflaredConfig ingress",
    ];
    expect(done(await rehearsal.up(hub))).toEqual([...onEveryHost, ...onHub].sort());
    expect(done(await rehearsal.up(member))).toEqual(onEveryHost);
    expect(notProved(await rehearsal.observe())).toEqual({});

    for (const host of [hub, member]) mark(world, host);
    const marked = [hub, member].map((host) => volumesOf(world, host));
    rehearsal.recast(cast);
    const away = (changes: readonly string[]) =>
      changes.map((change) => change.replace("create", "delete")).sort();
    expect(done(await rehearsal.up(hub))).toEqual(away([...onEveryHost, ...onHub]));
    expect(done(await rehearsal.up(member))).toEqual(away(onEveryHost));
    expect([hub, member].map((host) => volumesOf(world, host))).toEqual(marked);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });
});

/** What happened to containers: “replace karakeep”, sorted. */
function containersIn(operation: Operation): string[] {
  return done(operation)
    .filter((change) => change.includes(" Container "))
    .map((change) => change.replace(" Container ", " "));
}

/** A public service that was not there before; nothing in it that visitors write, or that the first of them would own. */
const secondDashboards: Service = {
  name: "sky",
  image: grafana.image,
  runsOn: "every host",
  port: grafana.port,
  public: { hostname: "sky", title: "Sky", purpose: "More dashboards", healthPath: "/" },
  sso: { kind: "none", why: "a local login" },
  health: grafana.health,
  data: { placement: "per-host", writable: false, what: "dashboards" },
  volumes: [{ name: "sky-data", path: "/var/lib/grafana" }],
  secrets: uptimeKuma.secrets ?? {},
  memory: { limit: 128, typical: 100 },
};

/** What a service wrote into its volumes; a volume that was made anew would not have it. */
function mark(world: World, host: string): void {
  for (const volume of Object.values(world.machine(host).volumes)) volume.driverOpts["data"] = `of ${host}`;
}

function volumesOf(world: World, host: string) {
  return structuredClone(world.machine(host).volumes);
}
