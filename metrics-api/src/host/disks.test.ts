import { expect, test } from "vitest";
import type { Disk } from "../types.ts";
import { createDiskReader, type Mount } from "./disks.ts";

const mount = (path: string): Mount => ({ device: path, mount: path, filesystem: "ext4", sharing: [] });
const disk = (path: string): Disk => ({
  mount: path,
  filesystem: "ext4",
  totalBytes: 1,
  usedBytes: 1,
  availableBytes: 0,
});

test("a disk that does not answer is left out, and not asked again until it has answered", async () => {
  const asked: string[] = [];
  let wake: (() => void) | undefined;
  const read = createDiskReader("", 20, async (_, { mount: path }) => {
    asked.push(path);
    if (path === "/sleepy" && wake === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return disk(path);
  });
  const mounts = [mount("/"), mount("/sleepy"), mount("/srv")];
  expect(await read(mounts)).toEqual([disk("/"), disk("/srv")]);
  expect(await read(mounts)).toEqual([disk("/"), disk("/srv")]);
  expect(asked).toEqual(["/", "/sleepy", "/srv", "/", "/srv"]);
  wake?.();
  await Promise.resolve();
  expect(await read(mounts)).toEqual([disk("/"), disk("/sleepy"), disk("/srv")]);
});

test("hanging disks never take all threads: after two no further disk is asked", async () => {
  const asked: string[] = [];
  const read = createDiskReader("", 5, (_, { mount: path }) => {
    asked.push(path);
    return new Promise(() => {});
  });
  expect(await read(["/a", "/b", "/c", "/d"].map(mount))).toEqual([]);
  expect(asked).toEqual(["/a", "/b"]);
});
