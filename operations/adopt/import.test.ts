import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { castOf } from "../../rehearsal/cast.ts";
import { describeWithEngine, languageHostFolder } from "../../rehearsal/engine/testing.ts";
import { outsideWorld } from "../../rehearsal/outside-world.ts";
import { cast, notProved, open, projectDir } from "../../rehearsal/scenarios/stage.ts";
import type { StackFiles } from "../../rehearsal/stack-files.ts";
import { createWorld } from "../../rehearsal/world/world.ts";
import { inventoryOfWorld } from "../inventory/in-world.ts";
import { rehearsedStack } from "../stack/stack-access.ts";
import { adoptionOf } from "./adopt-on.ts";

const hub = "kscloud1";
const member = "monk";

/** Replaces in the file of one host; the text must be there. */
function edited(files: StackFiles, host: string, ...edits: readonly (readonly [string | RegExp, string])[]) {
  const file = `Pulumi.${host}.yaml`;
  const text = edits.reduce((before, [from, to]) => {
    expect(before).toMatch(from);
    return before.replace(from, to);
  }, files[file] ?? "");
  return { ...files, [file]: text };
}

describeWithEngine("an install whose state is lost", (engine) => {
  test("is taken over by the settings and the import list, without losing anything", async () => {
    const running = edited(
      cast.files,
      hub,
      [/kitestacks:server:[\s\S]*?(?=\n {2}kitestacks:host)/, "kitestacks:server: { mode: none }\n"],
      ["    ramMiB:", "    tailnetAddress: 100.64.0.3\n    ramMiB:"],
    );
    const before = castOf(running);
    const world = createWorld(outsideWorld(before.plan.settings, before.secrets, projectDir));
    const first = await open(engine, { cast: before, world });
    for (const host of [hub, member]) await first.up(host);
    await first.close();
    const [tunnel = ""] = Object.keys(world.state.cloudflare.tunnels);
    const { records } = structuredClone(world.state.cloudflare);
    const network = (host: string) => `\n    adoptNetwork: ${world.machine(host).networks["kitestacks"]?.id}`;

    const adopting = castOf(
      edited(
        edited(running, member, ["role: member", `role: member${network(member)}`]),
        hub,
        ["role: hub", `role: hub${network(hub)}`],
        ["mode: create # or adopt, with the id of the tunnel", `mode: adopt\n      id: ${tunnel} #`],
        ["policy: create", "policy: adopt"],
      ),
    );
    const folder = mkdtempSync(join(tmpdir(), "kitestacks-import-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const environment = { PATH: [languageHostFolder(folder), process.env["PATH"]].join(delimiter) };
    const again = await open(engine, { cast: adopting, world, environment });
    for (const host of [hub, member]) {
      const stack = await again.stack(host);
      const access = rehearsedStack(stack, adopting.secrets);
      const adoption = await adoptionOf(access, adopting.plan, inventoryOfWorld(world));
      const unchanged = world.save();
      await stack.import(adoption.importList);
      expect(world.save(), "an import only reads").toBe(unchanged);
      const imported = adoption.importList.resources.flatMap(({ id, name, logicalName = name }) =>
        id === undefined ? [] : [logicalName],
      );
      expect(stack.resources().map(({ urn }) => urn.split("::").at(-1))).toEqual(
        expect.arrayContaining(imported),
      );

      const { changes } = await again.up(host);
      const replaced = changes
        .filter(({ op }) => op === "replace")
        .map(({ urn }) => urn.split("$").at(-1) ?? "");
      expect(replaced.length).toBeGreaterThan(15);
      for (const one of replaced) expect(one).toMatch(/^docker:index\/container:Container::/);
      expect(changes.filter(({ op, urn }) => op === "create" && /Volume::|DnsRecord::/.test(urn))).toEqual(
        [],
      );
      await again.up(host, "second up");
      await again.refresh(host);
    }
    expect(world.state.volumesLost).toEqual([]);
    expect(world.state.cloudflare.records).toEqual(records);
    expect(notProved(await again.observe())).toEqual({});
  });
});
