import type { ApplicationFacts } from "./fact.ts";

export const prometheus: ApplicationFacts = {
  service: "prometheus",
  sources: [
    {
      repository: "prometheus/prometheus",
      at: "v3.14.0 (d7598b7); the catalogue has v3.15.0",
      files: ["web/web.go", "web/api/v1/api.go", "cmd/prometheus/main.go"],
    },
  ],
  ran: "Prometheus 2.42.0 (Debian), where it is installed, with our command line (running.test.ts)",
  facts: [
    {
      question: "anonymous API",
      door: "open",
      answer:
        "Every number and the whole configuration, for whoever is on this host's bridge: Grafana. Passwords in it are shown as <secret>, and ours stands in a file of its own.",
      request: { method: "GET", path: "/api/v1/status/config" },
      expected: { status: [200], holds: "scrape_configs", lacks: "password: " },
    },
    {
      question: "metrics path",
      door: "open",
      answer: "Its own numbers, at the same port.",
      request: { method: "GET", path: "/metrics" },
      expected: { status: [200], holds: "prometheus_build_info" },
    },
    {
      question: "admin path",
      door: "closed",
      answer:
        "Nobody ends it or reads its configuration anew over HTTP: the lifecycle API is off by default.",
      request: { method: "GET", path: "/api/v1/status/flags" },
      expected: { status: [200], holds: '"web.enable-lifecycle":"false"' },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "Nobody deletes numbers over HTTP: the admin API is off by default.",
      request: { method: "GET", path: "/api/v1/status/flags" },
      expected: { status: [200], holds: '"web.enable-admin-api":"false"' },
    },
  ],
  nothing: {
    registration: "has no accounts",
    "first visitor": "has no accounts",
    "default account": "has no accounts",
  },
};
