import { type ApplicationFacts, aSecret } from "./fact.ts";

export const cloudflared: ApplicationFacts = {
  service: "cloudflared",
  sources: [
    {
      repository: "cloudflare/cloudflared",
      at: "2026.8.2 (733bfb9); the catalogue has 2026.10.0",
      files: [
        "metrics/metrics.go",
        "diagnostic/handlers.go",
        "cmd/cloudflared/tunnel/cmd.go (nonSecretFlagsList)",
      ],
    },
  ],
  facts: [
    {
      question: "metrics path",
      door: "open",
      answer: "For every Prometheus. The port answers the other hosts and this host's bridge, nobody else.",
      request: { method: "GET", path: "/metrics" },
      expected: { status: [200], holds: "cloudflared_" },
    },
    {
      question: "anonymous API",
      door: "open",
      answer:
        "At the same port: the ingress rules, /diag/* with the machine's and the tunnel's identity, Go's profiler. The token is in none of them: flags are told from a list that leaves it out.",
      set: { TUNNEL_TOKEN: aSecret },
      request: { method: "GET", path: "/diag/configuration" },
      expected: { status: [200], lacks: '"token"' },
    },
    {
      question: "admin path",
      door: "closed",
      answer:
        "The profiler's page of arguments is refused. The token is a variable, so that it would not be there either.",
      request: { method: "GET", path: "/debug/pprof/cmdline" },
      expected: { status: [403] },
    },
  ],
  nothing: {
    registration: "has no accounts",
    "first visitor": "has no accounts",
    "default account": "has no accounts",
  },
};
