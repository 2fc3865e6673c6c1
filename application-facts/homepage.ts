import type { ApplicationFacts } from "./fact.ts";

export const homepage: ApplicationFacts = {
  service: "homepage",
  sources: [
    {
      repository: "KiteStacks",
      at: "this version",
      files: ["portal/nginx/site.conf", "metrics-api/src/routes.ts"],
    },
  ],
  ran: "our nginx configuration under nginx with our metrics API behind it, in every test run (running.test.ts)",
  facts: [
    {
      question: "anonymous API",
      door: "open",
      answer:
        "The page shows the hosts' numbers to everybody: name, load, memory, mount points, names of interfaces, number of processes, uptime. No address, no user, no program.",
      request: { method: "GET", path: "/api/metrics" },
      expected: { status: [200], holds: '"uptimeSeconds"', lacks: "http://" },
    },
    {
      question: "anonymous API",
      door: "open",
      answer:
        "The same of every host. An address of the tailnet is not among it, also where a host is silent.",
      request: { method: "GET", path: "/api/hosts" },
      expected: { status: [200], holds: '"self":true', lacks: "http://" },
    },
    {
      question: "anonymous API",
      door: "open",
      answer:
        "The newest commits with their authors' names, of public repositories. Whoever gives `forgejoToken` was told that private ones are shown then. 503 while Forgejo never answered.",
      request: { method: "GET", path: "/api/activity?limit=1" },
      expected: { status: [200, 503] },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Names of our own routes and their types.",
      request: { method: "GET", path: "/api/openapi.json" },
      expected: { status: [200], holds: '"openapi"' },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Which services answer, never what they answer: theirs may name versions.",
      request: { method: "GET", path: "/up/" },
      expected: { status: [200], holds: '"lights"' },
    },
    {
      question: "anonymous API",
      door: "closed",
      answer: "nginx lets GET and HEAD through, nothing that changes something.",
      request: { method: "POST", path: "/api/metrics", json: {} },
      expected: { status: [405] },
    },
    {
      question: "metrics path",
      door: "closed",
      answer: "The metrics API's own Prometheus page is outside /api/, which alone is passed on.",
      request: { method: "GET", path: "/metrics" },
      expected: { status: [404] },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "nginx has no status page.",
      request: { method: "GET", path: "/nginx_status" },
      expected: { status: [404] },
    },
  ],
  nothing: {
    registration: "has no accounts",
    "first visitor": "has no accounts",
    "default account": "has no accounts",
  },
};
