import type { HostMetrics } from "../types.ts";

/** A host's answer with every part filled. */
export function exampleMetrics(host: string): HostMetrics {
  return {
    host,
    sampledAt: "2026-11-23T06:00:00.000Z",
    intervalSeconds: 5,
    uptimeSeconds: 86_400,
    load: [0.5, 0.4, 0.3],
    cpu: { totalPercent: 12.5, corePercents: [10, 15] },
    temperatureCelsius: 48,
    memory: { totalBytes: 8e9, usedBytes: 3e9, availableBytes: 5e9 },
    swap: { totalBytes: 0, usedBytes: 0 },
    disks: [{ mount: "/", filesystem: "ext4", totalBytes: 1e11, usedBytes: 4e10, availableBytes: 5e10 }],
    network: [
      {
        name: "eth0",
        kind: "physical",
        receivedBytes: 1e6,
        sentBytes: 1e5,
        receivedBytesPerSecond: 100,
        sentBytesPerSecond: null,
      },
    ],
    processCount: 210,
  };
}
