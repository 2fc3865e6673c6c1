import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Disk } from "../types.ts";

export type Mount = { device: string; mount: string; filesystem: string };

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

/**
 * Parses `/proc/1/mounts` into one mount per disk. The same device mounted again (a bind mount, a btrfs subvolume)
 * would be counted twice, so only its shortest path stays.
 */
export function parseMounts(mounts: string, onDisk: Set<string>): Mount[] {
  const perDevice = new Map<string, Mount>();
  for (const line of mounts.split("\n")) {
    const [device = "", mount = "", filesystem = ""] = line.split(" ").map(unescapeMount);
    const known = perDevice.get(device);
    const shorter = known === undefined || mount.length < known.mount.length;
    if (onDisk.has(filesystem) && shorter) perDevice.set(device, { device, mount, filesystem });
  }
  return [...perDevice.values()].sort((one, other) => (one.mount < other.mount ? -1 : 1));
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

async function readDisk(hostRoot: string, { mount, filesystem }: Mount): Promise<Disk | undefined> {
  const path = mount === "/" ? hostRoot || "/" : hostRoot + mount;
  try {
    if (mount !== "/" && !(await isMountPoint(path))) return undefined;
    const { bsize, blocks, bfree, bavail } = await statfs(path);
    return {
      mount,
      filesystem,
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
