import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Disk } from "../types.ts";

export type Mount = {
  device: string;
  mount: string;
  filesystem: string;
  /** Where further file systems of the same ZFS pool are mounted: they take their part of its space. */
  sharing: string[];
};

/** Read-only images that are always full; nobody's disk. */
const images = new Set(["squashfs", "iso9660", "udf", "erofs", "cramfs", "romfs"]);

/** The filesystems that live on a disk: those that `/proc/filesystems` does not mark "nodev", and ZFS, which it does. */
export function parseDiskFilesystems(filesystems: string): Set<string> {
  const names = filesystems
    .split("\n")
    .filter((line) => line.startsWith("\t"))
    .map((line) => line.trim());
  return new Set([...names.filter((name) => !images.has(name)), "zfs"]);
}

/** Where container engines mount the layers of their images. On ZFS two pools were once 29 disks, 24 of them layers. */
const layer = /\/(zfs\/graph|devicemapper\/mnt|io\.containerd\.snapshotter\.v1\.[^/]+)\//;

/**
 * Parses `/proc/1/mounts` into one mount per disk. The same device mounted again (a bind mount, a btrfs subvolume)
 * would be counted twice, so only its shortest path stays. A ZFS pool is one disk, with all its file systems.
 */
export function parseMounts(mounts: string, onDisk: Set<string>): Mount[] {
  const perDevice = new Map<string, Mount>();
  for (const line of mounts.split("\n")) {
    const [device = "", mount = "", filesystem = ""] = line.split(" ").map(unescapeMount);
    if (!onDisk.has(filesystem) || layer.test(mount)) continue;
    const known = perDevice.get(device);
    if (known === undefined || mount.length < known.mount.length)
      perDevice.set(device, { device, mount, filesystem, sharing: [] });
  }
  const alone = [...perDevice.values()].filter(({ filesystem }) => filesystem !== "zfs");
  const datasets = [...perDevice.values()].filter(({ filesystem }) => filesystem === "zfs");
  return [...alone, ...pools(datasets)].sort((one, other) => (one.mount < other.mount ? -1 : 1));
}

/** A dataset is called `pool/path`. The pool stands where the shortest path of its datasets is. */
function pools(datasets: Mount[]): Mount[] {
  const perPool = Map.groupBy(datasets, ({ device }) => device.split("/")[0] ?? device);
  return [...perPool].flatMap(([device, members]) => {
    const [first, ...others] = members
      .map(({ mount }) => mount)
      .sort((one, other) => one.length - other.length || (one < other ? -1 : 1));
    return first === undefined ? [] : [{ device, mount: first, filesystem: "zfs", sharing: others }];
  });
}

/** The kernel writes blanks, tabs, newlines and backslashes of a path as octal. */
function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** How a disk is read; another one in tests. */
type ReadDisk = (hostRoot: string, mount: Mount) => Promise<Disk | undefined>;

/** Each call that hangs holds one of libuv's four threads, and reading memory needs one, too. */
const mostHanging = 2;

/**
 * Reads every disk's size, one after the other. A disk that does not answer within `limitMs` (it may be asleep or
 * dying) is left out of this sample and of the next ones until the kernel has answered for it.
 */
export function createDiskReader(
  hostRoot: string,
  limitMs = 500,
  read: ReadDisk = readDisk,
): (mounts: Mount[]) => Promise<Disk[]> {
  const hanging = new Set<string>();
  const readOne = async (mount: Mount): Promise<Disk | undefined> => {
    if (hanging.has(mount.mount) || hanging.size >= mostHanging) return undefined;
    hanging.add(mount.mount);
    const reading = read(hostRoot, mount).finally(() => hanging.delete(mount.mount));
    return await within(limitMs, reading);
  };
  return async (mounts) => {
    const disks: Disk[] = [];
    for (const mount of mounts) {
      const disk = await readOne(mount);
      if (disk !== undefined) disks.push(disk);
    }
    return disks;
  };
}

async function readDisk(hostRoot: string, { mount, filesystem, sharing }: Mount): Promise<Disk | undefined> {
  const own = await readSpace(hostRoot, mount);
  if (own === undefined) return undefined;
  // Each dataset says what it holds itself, and what is left in the pool.
  const others = await Promise.all(sharing.map((path) => readSpace(hostRoot, path)));
  const usedByOthers = others.reduce((sum, space) => sum + (space?.usedBytes ?? 0), 0);
  return {
    mount,
    filesystem,
    totalBytes: own.totalBytes + usedByOthers,
    usedBytes: own.usedBytes + usedByOthers,
    availableBytes: own.availableBytes,
  };
}

type Space = Pick<Disk, "totalBytes" | "usedBytes" | "availableBytes">;

async function readSpace(hostRoot: string, mount: string): Promise<Space | undefined> {
  const path = mount === "/" ? hostRoot || "/" : hostRoot + mount;
  try {
    if (mount !== "/" && !(await isMountPoint(path))) return undefined;
    const { bsize, blocks, bfree, bavail } = await statfs(path);
    return {
      totalBytes: blocks * bsize,
      usedBytes: (blocks - bfree) * bsize,
      availableBytes: bavail * bsize,
    };
  } catch {
    return undefined;
  }
}

/**
 * Seen through a host mount without mount propagation, a disk that was mounted later is an empty folder, and statfs
 * would give the numbers of the disk above it. No number is better than another disk's.
 */
async function isMountPoint(path: string): Promise<boolean> {
  const here = await stat(path);
  const above = await stat(dirname(path));
  return here.dev !== above.dev;
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined);
  });
  return await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
