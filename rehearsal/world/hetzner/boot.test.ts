import { expect, test } from "vitest";
import { swapIn } from "./boot.ts";

test.each([
  ["fallocate -l 6G /swapfile", 6144],
  ["fallocate -l 512M /swapfile", 512],
  ["swap:\n  filename: /swapfile\n  size: 6442450944\n", 6144],
  ["swap: {filename: /swapfile, size: 2G}", 2048],
  ["dd if=/dev/zero of=/swapfile bs=1M count=2048", 2048],
  ["apt-get install -y docker.io", 0],
])("%j makes %i MiB of swap", (userData, size) => {
  expect(swapIn(userData)).toBe(size);
});
