import type { ApplicationFacts } from "./fact.ts";

export const nodeExporter: ApplicationFacts = {
  service: "node-exporter",
  sources: [
    {
      repository: "prometheus/node_exporter",
      at: "v1.12.1 (6044da7), the catalogue's version",
      files: ["node_exporter.go"],
    },
  ],
  ran: "1.5.0 (Debian) with our command line, by hand on 2026-11-28: both answers as said",
  facts: [
    {
      question: "metrics path",
      door: "open",
      answer:
        "The host's numbers, for every Prometheus: mounts, interfaces with their hardware addresses, kernel, versions. The tailnet lets only our hosts reach it.",
      request: { method: "GET", path: "/metrics" },
      expected: { status: [200], holds: "node_exporter_build_info" },
    },
    {
      question: "admin path",
      door: "open",
      answer:
        "Go's profiler, at the same port and for the same hosts; it cannot be switched off. It shows the process's arguments, among which is no secret.",
      request: { method: "GET", path: "/debug/pprof/cmdline" },
      expected: { status: [200], holds: "--path.rootfs" },
    },
  ],
  nothing: {
    registration: "has no accounts",
    "first visitor": "has no accounts",
    "default account": "has no accounts",
    "anonymous API": "has the metrics page only",
  },
};
