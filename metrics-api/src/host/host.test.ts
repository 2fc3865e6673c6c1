import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { createHost, hostMetrics } from "./host.ts";

/**
 * Every number against `/proc` or a standard tool of the same machine. The machine goes on working between the two
 * readings, so that counters are compared with a bound before and one after, and sizes with a few percent of room.
 */
const run = (command: string, ...words: string[]) =>
  execFileSync(command, words, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
const hasPs =
  existsSync("/bin/ps") || existsSync("/usr/bin/ps") || process.env["KITESTACKS_REQUIRE_TOOLS"] === "1";
const host = createHost("");
const state = () => host.readState();

test("uptime is that of /proc/uptime", async () => {
  const before = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  const { uptimeSeconds } = await state();
  const after = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  expect(uptimeSeconds).toBeGreaterThanOrEqual(Math.floor(before));
  expect(uptimeSeconds).toBeLessThanOrEqual(after);
});

test("load is that of /proc/loadavg", async () => {
  const read = () => readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).map(Number);
  // The kernel computes it anew every 5 s; only a reading between two equal ones can be compared.
  await eventually(async () => {
    const before = read();
    const { load } = await state();
    return [before, load, read()].map(String);
  }).toSatisfy(([before, load, after]: string[]) => before === load && load === after);
});

test("memory and swap are those of /proc/meminfo", async () => {
  const bytes = (name: string) =>
    1024 *
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/meminfo", "utf8"))?.[1]);
  const { memory, swap } = await state();
  expect(memory.totalBytes).toBe(bytes("MemTotal"));
  expect(memory.availableBytes).toSatisfy(near(bytes("MemAvailable"), memory.totalBytes));
  expect(memory.usedBytes).toBe(memory.totalBytes - memory.availableBytes);
  expect(swap.totalBytes).toBe(bytes("SwapTotal"));
  expect(swap.usedBytes).toSatisfy(
    near(bytes("SwapTotal") - bytes("SwapFree"), Math.max(1, swap.totalBytes)),
  );
});

test("disks are the ones that df finds on real filesystems, with its numbers", async () => {
  const { disks } = await state();
  const pseudo = [
    "tmpfs",
    "devtmpfs",
    "overlay",
    "squashfs",
    "efivarfs",
    "9p",
    "virtiofs",
    "nfs",
    "nfs4",
    "cifs",
  ];
  const columns = run(
    "df",
    "-B1",
    "--output=source,target,fstype,size,used,avail",
    ...pseudo.flatMap((type) => ["-x", type]),
  );
  const found = columns
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/\s+/))
    .filter(([source, , , size]) => source?.startsWith("/dev/") && Number(size) > 0);
  expect(disks.map(({ mount }) => mount).sort()).toEqual(found.map(([, mount]) => mount).sort());
  for (const disk of disks) {
    const [, , filesystem, size, used, available] = found.find(([, mount]) => mount === disk.mount) ?? [];
    expect(disk.filesystem).toBe(filesystem);
    expect(disk.totalBytes).toBe(Number(size));
    expect(disk.usedBytes).toSatisfy(near(Number(used), disk.totalBytes));
    expect(disk.availableBytes).toSatisfy(near(Number(available), disk.totalBytes));
  }
});

test("disk sizes are those of statfs", async () => {
  const { disks } = await state();
  for (const { mount, totalBytes } of disks) {
    const { bsize, blocks } = await statfs(mount);
    expect(totalBytes).toBe(bsize * blocks);
  }
});

test.skipIf(!hasPs)(
  `the process count is the number of processes of ps${hasPs ? "" : " (skipped: install procps)"}`,
  async () => {
    const count = () => run("ps", "-e", "-o", "pid=").trim().split("\n").length;
    // Others come and go meanwhile: between the two counts, give or take a few.
    const [before, { processCount }, after] = [count(), await state(), count()];
    expect(processCount).toBeGreaterThan(Math.min(before, after) - 20);
    expect(processCount).toBeLessThan(Math.max(before, after) + 20);
  },
);

test("interfaces and their bytes are those of /sys/class/net", () => {
  const read = (name: string, what: string) =>
    Number(readFileSync(`/sys/class/net/${name}/statistics/${what}`, "utf8"));
  const names = [...host.readCounters().interfaces.keys()];
  const all = readdirSync("/sys/class/net");
  expect(all).toEqual(expect.arrayContaining(names));
  expect(names).toEqual(
    expect.arrayContaining(all.filter((name) => existsSync(`/sys/class/net/${name}/device`))),
  );
  expect(names).not.toContain("lo");
  for (const name of names) {
    const before = { received: read(name, "rx_bytes"), sent: read(name, "tx_bytes") };
    const counted = host.readCounters().interfaces.get(name);
    expect(counted?.received).toBeGreaterThanOrEqual(before.received);
    expect(counted?.received).toBeLessThanOrEqual(read(name, "rx_bytes"));
    expect(counted?.sent).toBeGreaterThanOrEqual(before.sent);
    expect(counted?.sent).toBeLessThanOrEqual(read(name, "tx_bytes"));
  }
});

test("the cores are those of nproc --all", () => {
  expect(host.readCounters().cpu.cores.size).toBe(Number(run("nproc", "--all")));
});

test("a busy core shows in the CPU load, as the ticks of /proc/stat say", async () => {
  const before = host.readCounters();
  const end = performance.now() + 300;
  while (performance.now() < end);
  const after = host.readCounters();
  const { cpu } = hostMetrics("attic", before, after, await state(), host.isPhysical);
  const busy = after.cpu.all.busy - before.cpu.all.busy;
  const total = after.cpu.all.total - before.cpu.all.total;
  expect(cpu.totalPercent).toBeCloseTo((100 * busy) / total, 0);
  expect(Math.max(...cpu.corePercents)).toBeGreaterThan(10);
});

/** Within 3 % of the whole. */
function near(expected: number | undefined, whole: number) {
  return (value: number) => Math.abs(value - (expected ?? Number.NaN)) <= 0.03 * whole;
}
