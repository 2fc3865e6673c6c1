import { performance } from "node:perf_hooks";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export type ServiceMetrics = {
  observe(route: string, status: number, milliseconds: number): void;
  countFailure(upstream: string): void;
  /** The Prometheus text and its content type. */
  render(): Promise<{ type: string; text: string }>;
};

/** Metrics of the service itself. Whatever can be read when asked is read then: no timer, no default metrics. */
export function createServiceMetrics(): ServiceMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "kitestacks_metrics_api_requests_total",
    help: "Requests answered, by route and status",
    labelNames: ["route", "status"] as const,
    registers,
  });
  const durations = new Histogram({
    name: "kitestacks_metrics_api_request_duration_seconds",
    help: "Time from the parsed request to the answer, by route",
    labelNames: ["route"] as const,
    buckets: [0.0001, 0.001, 0.01, 0.1, 0.5, 1, 2, 5],
    registers,
  });
  const failures = new Counter({
    name: "kitestacks_metrics_api_upstream_failures_total",
    help: "Failed questions to other services, by service",
    labelNames: ["upstream"] as const,
    registers,
  });
  registerProcess(registers);
  return {
    observe(route, status, milliseconds) {
      requests.inc({ route, status });
      durations.observe({ route }, milliseconds / 1000);
    },
    countFailure: (upstream) => failures.inc({ upstream }),
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

/** prom-client's own process metrics would start a timer and a garbage-collection observer. */
function registerProcess(registers: Registry[]): void {
  let last = performance.eventLoopUtilization();
  new Gauge({
    name: "kitestacks_metrics_api_event_loop_utilization",
    help: "Share of time the event loop was busy since the last scrape",
    registers,
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: "process_cpu_seconds",
    help: "CPU time used since the start",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
}
