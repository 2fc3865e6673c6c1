import { describe, expect, test } from "vitest";
import { guardFiles } from "../../plan/host-guard.ts";
import { droppedEarly } from "./nftables.ts";
import { Hand, testWorld } from "./testing.ts";

const table = (rules: string, hook = "prerouting priority raw") =>
  `table inet guard {\n  chain early {\n    type filter hook ${hook}; policy accept;\n${rules}\n  }\n}`;
const drop = "ip daddr 100.64.0.2 drop";

/** The rules stand in the README, A host's neighbours. */
describe("a ruleset", () => {
  test("of the program keeps its addresses from foreign interfaces", () => {
    const { rules } = guardFiles({ address: "100.64.0.2", subnet: "172.30.0.0/24" });
    expect(droppedEarly(String(rules.content))).toEqual([
      "100.64.0.2",
      "fd7a:115c:a1e0::/48",
      "172.30.0.0/24",
    ]);
  });

  test.each([
    ["drops a set", table("ip daddr { 100.64.0.2, 172.30.0.0/24 } drop"), ["100.64.0.2", "172.30.0.0/24"]],
    ["drops after Docker's rules", table(drop, "prerouting priority filter"), []],
    ["drops what was forwarded", table(drop, "forward priority raw"), []],
    ["lets the LAN in", table(`iifname "eth0" accept\n${drop}`), []],
    ["lets in every bridge, the LAN's too", table(`iifname { "lo", "br-*" } accept\n${drop}`), []],
    ["has a rule that is not understood", table(`ct state new accept\n${drop}`), []],
    ["is none", "", []],
  ])("that %s", (_what, ruleset, drops) => {
    expect(droppedEarly(ruleset)).toEqual(drops);
  });

  test("counts where a command loads it, and the one before does not any more", async () => {
    const it = new Hand(testWorld());
    const connection = { host: "100.64.0.2", user: "root" };
    const load = (name: string, stdin: string, create = "sh -s") =>
      it.create("command:remote:Command", name, { connection, create, stdin });
    const guarded = () => it.world.machine("home").guarded;
    await load("a", `cat <<E\n${table(drop)}\nE`);
    expect(guarded()).toEqual([]);
    await load("b", `nft -f - <<E\n${table(drop)}\nE`);
    expect(guarded()).toEqual(["100.64.0.2"]);
    await load("c", `nft -f - <<E\n${table("ip daddr 100.64.0.3 drop")}\nE`);
    expect(guarded()).toEqual(["100.64.0.3"]);
  });
});
