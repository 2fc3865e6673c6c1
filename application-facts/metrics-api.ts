import type { ApplicationFacts } from "./fact.ts";

export const metricsApi: ApplicationFacts = {
  service: "kitestacks-metrics-api",
  sources: [
    {
      repository: "KiteStacks",
      at: "this version",
      files: ["metrics-api/src/routes.ts", "metrics-api/src/http/handler.ts"],
    },
  ],
  ran: "itself, in every test run (running.test.ts)",
  facts: [
    {
      question: "anonymous API",
      door: "open",
      answer:
        "Seven GET routes for whoever reaches the port: the portal, and the other hosts. The portal shows the same to everybody.",
      request: { method: "GET", path: "/api/metrics" },
      expected: { status: [200], holds: '"uptimeSeconds"', lacks: "http://" },
    },
    {
      question: "metrics path",
      door: "open",
      answer: "Counts of its own requests, for every Prometheus. The portal does not pass it on.",
      request: { method: "GET", path: "/metrics" },
      expected: { status: [200], holds: "# HELP" },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "It takes no other method than GET and HEAD.",
      request: { method: "POST", path: "/api/metrics", json: {} },
      expected: { status: [405] },
    },
  ],
  nothing: {
    registration: "has no accounts",
    "first visitor": "has no accounts",
    "default account": "has no accounts",
  },
};
