import { expect, test } from "vitest";
import type { FirstRunNeed } from "../../catalogue/service.ts";
import { castOf } from "../cast.ts";
import { describeWithEngine } from "../engine/testing.ts";
import type { Rehearsal } from "../rehearsal.ts";
import {
  cast,
  done,
  edited,
  emptyWorld,
  failureOf,
  gate,
  hub,
  member,
  notProved,
  open,
  openBothUp,
} from "./stage.ts";

const services = "  kitestacks:services:\n";
const newImages = edited(cast, `Pulumi.${hub}.yaml`, [
  services,
  `${services}    images: { uptime-kuma: "louislam/uptime-kuma:2.5.2-slim", kavita: "jvmilazz0/kavita:0.9.2" }\n`,
]);
const steps = ["karakeep.create-admin", "kavita.register-admin", "uptime-kuma.create-admin"];

const failing = (step: string) => ({
  operation: "create" as const,
  urn: new RegExp(`Command::${step.replace(".", "\\.")}$`),
  message: `${step} failed (exit 1)`,
});

/** Hosts whose connector serves now, and the id of this host's. */
function serving({ world }: Rehearsal, host: string) {
  const hosts = Object.keys(world.state.cloudflare.tunnels).flatMap((id) => world.connectors(id));
  return { hosts, id: world.machine(host).containers["cloudflared"]?.id };
}

/** As the catalogue was before anybody knew of it: no gate, and a connector that waits for nothing. */
const unaware = castOf(
  cast.files,
  cast.catalogue.map(({ firstVisitor: _unknown, ...service }) => ({
    ...service,
    firstRun: (service.firstRun ?? []).map((need) =>
      steps.includes(`${service.name}.${need.step}`) ? ungated(need) : need,
    ),
  })),
);

function ungated({ gate: _no, ...need }: FirstRunNeed): FirstRunNeed {
  return need;
}

describeWithEngine("services whose first visitor becomes administrator", (engine) => {
  test("are a stranger's where the connector does not wait for their steps", async () => {
    const rehearsal = await open(engine, { cast: unaware, world: emptyWorld() });
    await rehearsal.up(hub);
    await rehearsal.up(member);
    const { P14 = [], ...others } = notProved(await rehearsal.observe());
    expect(P14).toContain(
      `kavita on ${member}: whoever opens it first becomes its administrator, and somebody came before our step`,
    );
    expect(Object.keys(others)).toEqual(["P8"]); // Nobody asked for a second `up`.
  });

  test.each(steps)("are not public on a new host where %s fails; the next up makes it good", async (step) => {
    const rehearsal = await open(engine, { world: emptyWorld() });
    rehearsal.world.faults.fail(failing(step));
    const { messages } = await failureOf(rehearsal.up(hub));
    expect(messages.join("\n")).toContain(`${step} failed (exit 1)`);
    expect(serving(rehearsal, hub)).toEqual({ hosts: [], id: undefined });
    await rehearsal.up(hub, "resumed up");
    expect(serving(rehearsal, hub).hosts).toEqual([hub]);
  });

  test("keep their connector when they are replaced, on the host that serves", async () => {
    const rehearsal = await openBothUp(engine);
    const before = serving(rehearsal, member);
    rehearsal.recast(newImages);
    await rehearsal.up(hub);
    const changes = done(await rehearsal.up(member));
    expect(changes).toEqual([
      "replace Command kavita.oidc-settings",
      "replace Command kavita.register-admin",
      "replace Command uptime-kuma.create-admin",
      "replace Command uptime-kuma.monitors",
      "replace Container kavita",
      "replace Container uptime-kuma",
      "replace RemoteImage kavita",
      "replace RemoteImage uptime-kuma",
    ]);
    expect(serving(rehearsal, member)).toEqual(before);
    expect(notProved(await rehearsal.observe())).toEqual({});
  });

  test("stop the up where their step fails on a host that serves, and never its connector", async () => {
    const rehearsal = await openBothUp(engine);
    const before = serving(rehearsal, member);
    expect(before.hosts).toEqual([hub, member]);
    rehearsal.recast(newImages);
    rehearsal.world.faults.fail(failing("uptime-kuma.create-admin"));
    const { messages } = await failureOf(rehearsal.up(member));
    expect(messages.join("\n")).toContain("uptime-kuma.create-admin failed (exit 1)");
    expect(serving(rehearsal, member)).toEqual(before);
    expect(rehearsal.world.container(member, "uptime-kuma")).toMatchObject({
      running: true,
      image: "louislam/uptime-kuma:2.5.2-slim",
    });
    await rehearsal.up(member, "resumed up");
    expect(serving(rehearsal, member)).toEqual(before);
    expect((await gate(rehearsal, member)).changes).toEqual([]);
  });
});
