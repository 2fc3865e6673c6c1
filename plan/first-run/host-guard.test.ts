import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { catalogue } from "../../catalogue/catalogue.ts";
import { resolve } from "../../catalogue/text.ts";
import { cloudInit } from "../cloud-init.ts";
import { makePlan } from "../make-plan.ts";
import { exampleSettings } from "../testing.ts";
import { fakePrograms, type Programs } from "./testing/programs.ts";
import { run } from "./testing/run.ts";

const { hub, hosts } = makePlan(exampleSettings(), catalogue);
const script = resolve(hub.guard.input, () => "100.64.0.2");

test("every host has a guard of its own tailnet address and of the bridge", () => {
  expect(hosts.map(({ name, guard }) => [name, guard.drops])).toEqual([
    ["cloud", [[{ ref: "address", host: "cloud" }], "172.30.0.0/24"]],
    ["home", ["100.64.0.1", "172.30.0.0/24"]],
  ]);
});

test("another subnet, or another address, runs the step again", () => {
  const other = makePlan(
    exampleSettings({ network: { subnet: "172.31.0.0/24", gateway: "172.31.0.1" } }),
    catalogue,
  );
  const prints = [...hosts, ...other.hosts].map(({ guard }) => guard.fingerprint);
  expect(new Set(prints).size).toBe(4);
});

describe("the script", () => {
  let programs: Programs;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kitestacks-guard-"));
    programs = fakePrograms(
      {
        id: "say(words[0] === '-un' ? 'kite' : state.uid);",
        ip: "if (state.on) say('3: ' + state.on + '    inet 100.64.0.2/32 scope global ' + state.on);",
        nft: "state.loaded = input; end(state.refuses ? 1 : 0, state.refuses ? 'Error: syntax error' : '');",
        systemctl: "end(words.includes('is-active') && !state.active ? 3 : 0);",
        sudo: `
if (!state.sudo) end(1, "sudo: a password is required");
const { status } = require("node:child_process").spawnSync(words[1], words.slice(2), { input, stdio: ["pipe", "inherit", "inherit"] });
process.exit(status);`,
      },
      { uid: 0 },
    );
  });
  afterEach(() => {
    programs.remove();
    rmSync(folder, { recursive: true });
  });

  const start = (state: object = {}) => {
    programs.set({ uid: 0, on: "tailscale0", ...state });
    const input = script.replaceAll("/etc/", `${folder}/`).replaceAll("/run/systemd/system", folder);
    return run("sh", ["-s"], input, programs.path);
  };
  const file = (path: string) => readFileSync(join(folder, path), "utf8");
  const systemctl = () =>
    programs
      .calls()
      .filter(([name]) => name === "systemctl")
      .map((words) => words.slice(1).join(" "));

  test("loads the rules, and has them loaded at every boot and after every flush", async () => {
    expect(await start()).toEqual({ code: 0, out: "changed\n", err: "" });
    const rules = file("kitestacks/host-guard.nft");
    expect(programs.state<{ loaded: string }>().loaded).toBe(rules);
    expect(rules).toContain("ip daddr 100.64.0.2 counter drop\n");
    for (const line of ["ExecStartPost", "ExecReload", "ExecStopPost"])
      expect(file("systemd/system/nftables.service.d/kitestacks-host-guard.conf")).toContain(
        `${line}=-nft -f ${folder}/kitestacks/host-guard.nft\n`,
      );
    expect(file("systemd/system/kitestacks-host-guard.service")).toContain("Before=network-pre.target ");
    expect(systemctl()).toEqual([
      "-q enable kitestacks-host-guard.service",
      "daemon-reload",
      "start kitestacks-host-guard.service",
    ]);
  });

  test("changes nothing the second time, and loads the rules all the same", async () => {
    await start();
    expect(await start()).toEqual({ code: 0, out: "unchanged\n", err: "" });
    expect(programs.state<{ loaded: string }>().loaded).toBe(file("kitestacks/host-guard.nft"));
  });

  test("puts right what somebody edited", async () => {
    await start();
    writeFileSync(join(folder, "kitestacks/host-guard.nft"), "table inet kitestacks {}\n");
    expect((await start()).out).toBe("changed\n");
    expect(file("kitestacks/host-guard.nft")).toContain("counter drop\n");
  });

  test("where rules are refused, keeps the files and says so", async () => {
    await start();
    writeFileSync(join(folder, "kitestacks/host-guard.nft"), "older\n");
    expect(await start({ refuses: true })).toEqual({
      code: 1,
      out: "",
      err: "Error: syntax error\nnft on cloud refuses the guard; the lines above say why.\n",
    });
    expect(file("kitestacks/host-guard.nft")).toBe("older\n");
  });

  test("of another user uses sudo", async () => {
    expect(await start({ uid: 1000, sudo: true })).toEqual({ code: 0, out: "changed\n", err: "" });
    expect(programs.calls()).toContainEqual(["sudo", "-n", "nft", "-f", "-"]);
  });

  test("of another user without sudo says who it is and what to do, and changes nothing", async () => {
    const { code, err } = await start({ uid: 1000 });
    expect([code, err]).toEqual([
      1,
      "kite on cloud is not root and has no sudo without a password, and the guard needs root once: log in as root (host.docker: ssh) for this `pulumi up`, or let sudo ask kite for no password. Once the guard is there, neither is needed.\n",
    ]);
    expect(systemctl()).toEqual([]);
  });

  test("of another user without sudo is content with a guard that is there", async () => {
    await start();
    expect(await start({ uid: 1000, active: true })).toEqual({ code: 0, out: "unchanged\n", err: "" });
    expect((await start({ uid: 1000, active: false })).code).toBe(1);
  });

  test("does not shut out a tailnet whose interface has another name", async () => {
    expect(await start({ on: "eth1" })).toEqual({
      code: 1,
      out: "",
      err: "cloud has its tailnet address 100.64.0.2 on eth1, and the guard lets in tailscale0 only: correct host.tailnetAddress, or start tailscaled with --tun=tailscale0, its default.\n",
    });
    expect((await start({ on: "" })).out).toBe("changed\n");
  });

  test("says what is missing and how it is installed", async () => {
    programs.set({ uid: 0 });
    const without = script.replace("nft ip systemctl", "kitestacks-nft ip systemctl");
    expect((await run("sh", ["-s"], without, programs.path)).err).toBe(
      "cloud has no kitestacks-nft, which its guard needs: apt-get install nftables iproute2 systemd, as root on cloud.\n",
    );
  });

  test("fails as a step with what was not done and what to do", async () => {
    programs.set({ uid: 1000 });
    const { code, err } = await run("sh", ["-c", hub.guard.command], script, programs.path);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^kite on cloud is not root .+\nhost\.guard failed \(exit 1; 124 means longer than 120 s\)\. No container of cloud was touched\. The lines above say why; docs\/first-run\.md has the remedies\. The next pulumi up tries again\.\n$/s,
    );
  });
});

test("a new VPS has the guard before it has a tailnet address, for all of the tailnet's range", () => {
  const userData = parse(
    cloudInit({
      hostname: "cloud",
      deviceName: "cloud-k1",
      joinKey: "tskey",
      swapMiB: 0,
      subnet: "172.30.0.0/24",
    }),
  );
  const files = new Map(
    userData.write_files.map(({ path, content }: { path: string; content: string }) => [path, content]),
  );
  expect(files.get("/etc/kitestacks/host-guard.nft")).toContain(
    "ip daddr 100.64.0.0/10 fib daddr type local counter drop\n",
  );
  for (const path of ["unitPath", "afterFlushPath"]) {
    const [, name = ""] = new RegExp(`^${path}='(.+)'$`, "m").exec(script) ?? [];
    expect(files.has(name), name).toBe(true);
  }
  expect(userData.packages).toContain("nftables");
  const commands = userData.runcmd.map((words: string[]) => words.join(" "));
  const at = (command: string) => commands.findIndex((one: string) => one.startsWith(command));
  expect(at("systemctl enable --now kitestacks-host-guard.service")).toBeGreaterThan(
    at("systemctl daemon-reload"),
  );
  expect(at("tailscale up")).toBeGreaterThan(at("systemctl enable --now kitestacks-host-guard.service"));
});
