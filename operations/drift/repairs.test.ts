import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { reachable } from "../../promises/p1-reachable.ts";
import { describeWithEngine, languageHostFolder } from "../../rehearsal/engine/testing.ts";
import type { World } from "../../rehearsal/world/world.ts";
import { inventoryOfWorld } from "../inventory/in-world.ts";
import { kinds } from "../stack/kinds.ts";
import { BothUp } from "../testing/both-up.ts";
import { driftOf } from "./drift-on.ts";

const [hub, member] = ["kscloud1", "monk"];

/** What the flags of a printed `npx pulumi up` are to the engine. */
function optionsOf(repair: string) {
  const [, replaced] = /--target-replace '([^']+)'/.exec(repair) ?? [];
  return {
    ...(repair.includes("--refresh --run-program") && { refresh: true, runProgram: true }),
    ...(repair.includes("--target-dependents") && { targetDependents: true }),
    ...(replaced !== undefined && { target: [replaced], replace: [replaced] }),
  };
}

const mended: readonly (readonly [string, string, (world: World) => void, string])[] = [
  [
    "a stopped container",
    member,
    ({ faults }) => faults.stopContainer(member, "kavita"),
    `npx pulumi up --refresh --run-program --stack ${member}`,
  ],
  [
    "a port that was published by hand",
    member,
    ({ faults }) => {
      const port = { ip: "0.0.0.0", external: 3000, internal: 3000, protocol: "tcp" as const };
      faults.publishPort(member, "grafana", port);
    },
    `--stack ${member} --target-replace 'urn:pulumi:${member}::`,
  ],
  [
    "a record that was edited",
    hub,
    ({ faults }) => faults.editRecord("git.kitestacks.com", { content: "elsewhere.example.com" }),
    `npx pulumi up --refresh --run-program --stack ${hub}`,
  ],
  [
    "a tunnel that was deleted by hand",
    hub,
    ({ faults }) => faults.deleteTunnel("kitestacks"),
    `npx pulumi up --stack ${hub} --ignore-protect --target-dependents --target-replace 'urn:pulumi:${hub}::`,
  ],
];

/** What `--ignore-protect` does, which the engine's programming interface does not offer. */
const withoutProtection: pulumi.ResourceTransformation = ({ type, props, opts }) =>
  type === kinds.tunnel ? { props, opts: pulumi.mergeOptions(opts, { protect: false }) } : undefined;

describeWithEngine("what a drift report prints as repair", (engine) => {
  let system: BothUp;
  beforeAll(async () => {
    system = await BothUp.open(engine);
  }, 240_000);
  afterAll(() => system?.close());

  const drift = async (name: string) => {
    const { world, cast } = system.rehearsal;
    const options = { inventory: inventoryOfWorld(world), now: "2026-11-24T06:00:00.000Z" };
    return driftOf(await system.stack(name), cast.plan, options);
  };

  test.each(mended)("mends %s", async (_, name, harm, printed) => {
    harm(system.rehearsal.world);
    const found = (await drift(name)).findings;
    const repairs = new Set(found.flatMap(({ repair }) => repair.split(" && ")));
    expect([...repairs].join("\n")).toContain(printed);
    system.propose({ resources: withoutProtection }, name);
    for (const repair of repairs) {
      const [, stack = ""] = /--stack (\S+)/.exec(repair) ?? [];
      await (await system.rehearsal.stack(stack)).up(optionsOf(repair));
    }
    for (const stack of [hub, member]) expect((await drift(stack)).findings).toEqual([]);
    expect(reachable(await system.rehearsal.observe())).toMatchObject({ verdict: "proved" });
  });

  test("is no import: a thing that the program does not have is deleted by the next up", async () => {
    system.withdraw();
    const folder = mkdtempSync(join(tmpdir(), "kitestacks-import-"));
    vi.stubEnv("PATH", [languageHostFolder(folder), process.env["PATH"]].join(delimiter));
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
    });
    const { world, cast } = system.rehearsal;
    const { zoneId } = cast.plan.edge.settings;
    const name = "old.kitestacks.com";
    world.faults.addRecord({ zoneId, name, type: "A", content: "203.0.113.7" });
    const records = () => Object.values(world.state.cloudflare.records).filter((one) => one.name === name);
    const session = await system.rehearsal.stack(hub);
    const provider = session.resources().find(({ type }) => type === "pulumi:providers:cloudflare");
    await session.import({
      resources: [
        { type: kinds.record, name: "dns-old", id: `${zoneId}/${records()[0]?.id}`, provider: "cloudflare" },
      ],
      nameTable: { cloudflare: provider?.urn ?? "" },
    });
    expect(records()).toHaveLength(1);
    await session.up();
    expect(records()).toEqual([]);
  });
});
