import { expect, test } from "vitest";
import { exampleMetrics } from "../testing/host-metrics.ts";
import type { Host, State } from "./host.ts";
import { createSampler } from "./sampler.ts";

/** A host of one core that is half busy and receives 100 bytes a second, with a clock that is set by hand. */
function setUp() {
  let time = 0;
  const readings = { counters: 0, state: 0 };
  const { load, memory, swap, disks, temperatureCelsius, uptimeSeconds, processCount } =
    exampleMetrics("attic");
  const state: State = { load, memory, swap, disks, temperatureCelsius, uptimeSeconds, processCount };
  const host: Host = {
    readCounters: () => {
      readings.counters += 1;
      const core = { busy: time / 20, total: time / 10 };
      const interfaces = new Map([["eth0", { received: time / 10, sent: 0 }]]);
      return { at: time, cpu: { all: core, cores: new Map([["cpu0", core]]) }, interfaces };
    },
    readState: async () => {
      readings.state += 1;
      return state;
    },
    isPhysical: () => true,
  };
  const sleep = async (milliseconds: number) => {
    time += milliseconds;
  };
  const sampler = createSampler("attic", host, { now: () => time, sleep });
  return { sampler, readings, pass: sleep };
}

test("reads nothing but the first counters until somebody asks", async () => {
  const { readings, pass } = setUp();
  await pass(3_600_000);
  expect(readings).toEqual({ counters: 1, state: 0 });
});

test("everyone who asks at once shares one sample", async () => {
  const { sampler, readings, pass } = setUp();
  await pass(500);
  const samples = await Promise.all([sampler.take(), sampler.take(), sampler.take()]);
  expect(new Set(samples).size).toBe(1);
  expect(readings.state).toBe(1);
});

test("a sample serves everyone for a second, and not longer", async () => {
  const { sampler, readings, pass } = setUp();
  await pass(500);
  const first = await sampler.take();
  await pass(999);
  expect(sampler.fresh()).toBe(first);
  expect(await sampler.take()).toBe(first);
  await pass(1);
  expect(sampler.fresh()).toBeUndefined();
  expect(await sampler.take()).not.toBe(first);
  expect(readings.state).toBe(2);
});

test("rates are those between the two newest samples", async () => {
  const { sampler, pass } = setUp();
  await pass(500);
  await sampler.take();
  await pass(5_000);
  const { metrics } = await sampler.take();
  expect(metrics.intervalSeconds).toBe(5);
  expect(metrics.cpu).toEqual({ totalPercent: 50, corePercents: [50] });
  expect(metrics.network[0]).toMatchObject({ receivedBytes: 550, receivedBytesPerSecond: 100 });
});

test("right after the start it waits until a rate means something", async () => {
  const { sampler, pass } = setUp();
  await pass(30);
  const { metrics } = await sampler.take();
  expect(metrics.intervalSeconds).toBe(0.2);
  expect(metrics.cpu.totalPercent).toBe(50);
});

test("after a long pause the rates are about now, not about the pause", async () => {
  const { sampler, pass } = setUp();
  await pass(500);
  await sampler.take();
  await pass(3_600_000);
  expect((await sampler.take()).metrics.intervalSeconds).toBe(0.2);
});

test("the JSON to send is that of the metrics", async () => {
  const { sampler } = setUp();
  const { json, metrics } = await sampler.take();
  expect(JSON.parse(json)).toEqual(metrics);
});
