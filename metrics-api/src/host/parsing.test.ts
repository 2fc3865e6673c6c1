import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cpuLoad, parseCpuCounters } from "./cpu.ts";
import { createDiskReader, parseDiskFilesystems, parseMounts } from "./disks.ts";
import { networkRates, parseInterfaces } from "./network.ts";
import { readTemperature } from "./temperature.ts";

const stat = (all: string, ...cores: string[]) =>
  [`cpu  ${all}`, ...cores.map((core, index) => `cpu${index} ${core}`), "intr 1 2", "ctxt 5"].join("\n");

test("steal is busy, waiting for a disk is not, guest time is not counted twice", () => {
  //                                        user nice sys idle wait irq soft steal guest gnice
  const before = parseCpuCounters(stat("100 0 100 1000 100 0 0 0 0 0", "100 0 100 1000 100 0 0 0 0 0"));
  const after = parseCpuCounters(stat("110 5 110 1050 110 2 3 10 10 0", "110 5 110 1050 110 2 3 10 10 0"));
  // 10 + 5 + 10 + 2 + 3 + 10 busy of 100 ticks.
  expect(cpuLoad(before, after)).toEqual({ totalPercent: 40, corePercents: [40] });
});

test("a core that comes late counts from its start, counters that step back give 0 and not nonsense", () => {
  const before = parseCpuCounters(stat("100 0 0 100 50 0 0 0", "100 0 0 100 50 0 0 0"));
  const after = parseCpuCounters(stat("100 0 0 110 49 0 0 0", "100 0 0 110 45 0 0 0", "30 0 0 10 0 0 0 0"));
  expect(cpuLoad(before, after)).toEqual({ totalPercent: 0, corePercents: [0, 75] });
  expect(cpuLoad(after, after)).toEqual({ totalPercent: 0, corePercents: [0, 0] });
});

test("a missing cpu line is an error that says what to look at", () => {
  expect(() => parseCpuCounters("intr 1")).toThrow("/proc/stat has no cpu line; is proc mounted?");
});

const dev = (lines: string) => `Inter-|   Receive  |  Transmit\n face |bytes |bytes\n${lines}`;

test("container plumbing and loopback are no real interfaces; bridges of a person and tunnels are", () => {
  const names =
    "lo veth12ab docker0 br-9f3c ifb0 virbr0 dummy0 eth0 wlp3s0 enp1s0 tailscale0 br0 bond0".split(" ");
  const interfaces = parseInterfaces(dev(names.map((name) => `${name}: 1 0 0 0 0 0 0 0 2 0`).join("\n")));
  expect([...interfaces.keys()]).toEqual(["eth0", "wlp3s0", "enp1s0", "tailscale0", "br0", "bond0"]);
});

test("reads a counter that touches its colon", () => {
  const interfaces = parseInterfaces(dev("  eth0:4294967296 5 0 0 0 0 0 0 77 1 0 0 0 0 0 0"));
  expect(interfaces.get("eth0")).toEqual({ received: 4_294_967_296, sent: 77 });
});

test("rates are per second of the span; a new interface and counters that started over have none", () => {
  const before = parseInterfaces(dev("eth0: 1000 0 0 0 0 0 0 0 100\n wan: 500 0 0 0 0 0 0 0 500"));
  const after = parseInterfaces(
    dev("eth0: 3000 0 0 0 0 0 0 0 100\n wan: 10 0 0 0 0 0 0 0 600\n new: 5 0 0 0 0 0 0 0 5"),
  );
  const rates = networkRates(before, after, 2, (name) => name === "eth0");
  expect(rates).toEqual([
    {
      name: "eth0",
      kind: "physical",
      receivedBytes: 3000,
      sentBytes: 100,
      receivedBytesPerSecond: 1000,
      sentBytesPerSecond: 0,
    },
    {
      name: "wan",
      kind: "virtual",
      receivedBytes: 10,
      sentBytes: 600,
      receivedBytesPerSecond: null,
      sentBytesPerSecond: 50,
    },
    {
      name: "new",
      kind: "virtual",
      receivedBytes: 5,
      sentBytes: 5,
      receivedBytesPerSecond: null,
      sentBytesPerSecond: null,
    },
  ]);
});

const filesystems = [
  "nodev\ttmpfs",
  "nodev\toverlay",
  "nodev\tnfs4",
  "\text4",
  "\tvfat",
  "\tbtrfs",
  "\tsquashfs",
  "\tiso9660",
].join("\n");

test("disks are what no kernel list calls nodev, and zfs; pseudo, overlay, network filesystems and images are not", () => {
  expect([...parseDiskFilesystems(filesystems)]).toEqual(["ext4", "vfat", "btrfs", "zfs"]);
});

test("the mount table gives each device once, at its shortest path, with its path unescaped", () => {
  const mounts = [
    "proc /proc proc rw 0 0",
    "/dev/sda2 /var/lib/docker/volumes ext4 rw 0 0",
    "/dev/sda2 / ext4 rw 0 0",
    "overlay /var/lib/docker/overlay2/ab/merged overlay rw 0 0",
    "/dev/sda1 /boot/efi vfat rw 0 0",
    "/dev/loop3 /snap/core/1 squashfs ro 0 0",
    "nas:/media /media nfs4 rw 0 0",
    "/dev/sdb1 /media/my\\040books\\134x ext4 rw 0 0",
    "tank/data /tank zfs rw 0 0",
  ].join("\n");
  expect(parseMounts(mounts, parseDiskFilesystems(filesystems))).toEqual([
    { device: "/dev/sda2", mount: "/", filesystem: "ext4", sharing: [] },
    { device: "/dev/sda1", mount: "/boot/efi", filesystem: "vfat", sharing: [] },
    { device: "/dev/sdb1", mount: "/media/my books\\x", filesystem: "ext4", sharing: [] },
    { device: "tank", mount: "/tank", filesystem: "zfs", sharing: [] },
  ]);
});

test("a ZFS pool is one disk with all its file systems, and layers of images are none of them", () => {
  const layers = ["a", "b", "c"].flatMap((id) => [
    `rpool/docker/${id} /var/lib/docker/zfs/graph/${id} zfs rw 0 0`,
    `tank/snap/${id} /var/lib/containerd/io.containerd.snapshotter.v1.zfs/snapshots/${id} zfs rw 0 0`,
    `/dev/mapper/docker-${id} /var/lib/docker/devicemapper/mnt/${id} ext4 rw 0 0`,
  ]);
  const mounts = [
    "rpool/ROOT/debian / zfs rw 0 0",
    "rpool/home /home zfs rw 0 0",
    "rpool/home /srv/home zfs rw 0 0",
    "rpool /rpool zfs rw 0 0",
    "tank/media /tank/media zfs rw 0 0",
    ...layers,
  ].join("\n");
  expect(parseMounts(mounts, parseDiskFilesystems(filesystems))).toEqual([
    { device: "rpool", mount: "/", filesystem: "zfs", sharing: ["/home", "/rpool"] },
    { device: "tank", mount: "/tank/media", filesystem: "zfs", sharing: [] },
  ]);
});

test("disks are read through the host mount; one that is not there gives no numbers instead of another's", async () => {
  const root = files({ "media/books/readme": "" });
  const disks = await createDiskReader(root)([
    { device: "/dev/sda2", mount: "/", filesystem: "ext4", sharing: [] },
    // A folder of the same disk: nothing is mounted there as seen from here.
    { device: "/dev/sdb1", mount: "/media/books", filesystem: "ext4", sharing: [] },
    { device: "/dev/sdc1", mount: "/gone", filesystem: "ext4", sharing: [] },
  ]);
  expect(disks.map(({ mount }) => mount)).toEqual(["/"]);
});

test("what the other file systems of a pool hold is added to the disk, and what is left counts once", async () => {
  // Memory that is mounted everywhere stands in for a second file system; the pool's numbers are not asked for.
  const [first, second] = ["/proc", "/dev/shm"];
  const [own, other] = [await statfs(first), await statfs(second)];
  const pool = { device: "tank", mount: first, filesystem: "zfs", sharing: [second] };
  const used = ({ bsize, blocks, bfree }: typeof own) => (blocks - bfree) * bsize;
  expect(await createDiskReader("")([pool])).toEqual([
    {
      mount: first,
      filesystem: "zfs",
      totalBytes: own.blocks * own.bsize + used(other),
      usedBytes: used(own) + used(other),
      availableBytes: own.bavail * own.bsize,
    },
  ]);
});

test("the temperature is the whole processor's, before that of a core, a disk or the board", () => {
  const sys = files({
    "class/hwmon/hwmon0/name": "acpitz",
    "class/hwmon/hwmon0/temp1_input": "27800",
    "class/hwmon/hwmon1/name": "nvme",
    "class/hwmon/hwmon1/temp1_input": "90000",
    "class/hwmon/hwmon2/name": "coretemp",
    "class/hwmon/hwmon2/temp1_label": "Package id 0",
    "class/hwmon/hwmon2/temp1_input": "51300",
    "class/hwmon/hwmon2/temp2_label": "Core 0",
    "class/hwmon/hwmon2/temp2_input": "58000",
  });
  expect(readTemperature(sys)).toBe(51.3);
});

test("AMD's true temperature goes before the one that the fan goes by; of two processors it is the hotter one's", () => {
  const amd = {
    "class/hwmon/hwmon0/name": "k10temp",
    "class/hwmon/hwmon0/temp1_label": "Tctl",
    "class/hwmon/hwmon0/temp1_input": "70000",
    "class/hwmon/hwmon0/temp2_label": "Tdie",
    "class/hwmon/hwmon0/temp2_input": "43000",
    "class/hwmon/hwmon0/temp3_label": "Tccd1",
    "class/hwmon/hwmon0/temp3_input": "49000",
  };
  expect(readTemperature(files(amd))).toBe(43);
  const two = Object.fromEntries(
    ["41000", "47000"].flatMap((input, i) => [
      [`class/hwmon/hwmon${i}/name`, "coretemp"],
      [`class/hwmon/hwmon${i}/temp1_label`, `Package id ${i}`],
      [`class/hwmon/hwmon${i}/temp1_input`, input],
      [`class/hwmon/hwmon${i}/temp2_label`, "Core 0"],
      [`class/hwmon/hwmon${i}/temp2_input`, "60000"],
    ]),
  );
  expect(readTemperature(files(two))).toBe(47);
});

test("without a sensor for the whole processor it is the hottest core's, or the thermal zone's", () => {
  const cores = {
    "class/hwmon/hwmon0/name": "cpu_thermal",
    "class/hwmon/hwmon0/temp1_input": "40000",
    "class/hwmon/hwmon0/temp2_input": "44444",
  };
  expect(readTemperature(files(cores))).toBe(44.4);
  const zones = {
    "class/thermal/thermal_zone0/type": "acpitz",
    "class/thermal/thermal_zone0/temp": "20000",
    "class/thermal/thermal_zone1/type": "x86_pkg_temp",
    "class/thermal/thermal_zone1/temp": "61000",
  };
  expect(readTemperature(files(zones))).toBe(61);
});

test("no sensor, or one that is switched off, is null and not 0", () => {
  expect(readTemperature(files({}))).toBeNull();
  expect(
    readTemperature(files({ "class/hwmon/hwmon0/name": "k10temp", "class/hwmon/hwmon0/temp1_input": "0" })),
  ).toBeNull();
});

/** Writes files below a temporary folder for this test. */
function files(contents: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-host-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), `${text}\n`);
  }
  return folder;
}
