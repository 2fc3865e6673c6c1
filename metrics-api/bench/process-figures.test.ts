import { expect, test } from "vitest";
import { cpuSecondsOf, memoryOf } from "./process-figures.ts";

test("CPU seconds are those that the process itself counts", () => {
  const end = performance.now() + 200;
  while (performance.now() < end);
  const { user, system } = process.cpuUsage();
  expect(cpuSecondsOf(process.pid)).toBeGreaterThan((user + system) / 1e6 - 0.2);
  const after = process.cpuUsage();
  expect(cpuSecondsOf(process.pid)).toBeLessThan((after.user + after.system) / 1e6 + 0.2);
});

test("memory is the process's resident memory, of which Node's own file is a part", () => {
  const { total, anonymous, program } = memoryOf(process.pid);
  const rss = process.memoryUsage.rss() / 1024 / 1024;
  expect(Math.abs(total - rss)).toBeLessThan(0.2 * rss);
  // The program file is mapped and never anonymous; Node's is over 10 MiB even where little of it was read.
  expect(program).toBeGreaterThan(10);
  expect(anonymous + program).toBeLessThan(1.05 * total);
});
