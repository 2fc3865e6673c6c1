import { type ApplicationFacts, aSecret } from "./fact.ts";

export const grafana: ApplicationFacts = {
  service: "grafana",
  sources: [
    {
      repository: "grafana/grafana",
      at: "stored copies older than 13.2.3 (the routes of these answers stand since 7)",
      files: [
        "conf/defaults.ini (002060f)",
        "pkg/api/http_server.go (metricsEndpoint, apiHealthHandler)",
        "pkg/api/plugin_metrics.go",
        "pkg/api/signup.go",
        "pkg/api/api.go (002d6e9)",
      ],
    },
    {
      repository: "Grafana documentation, latest",
      at: "as stored in 2026",
      files: ["setup-grafana/set-up-grafana-monitoring"],
    },
  ],
  facts: [
    {
      question: "registration",
      door: "closed",
      answer:
        "Sign-up is off by default. The address in this question is none, so that nothing is made where it is on.",
      request: { method: "POST", path: "/api/user/signup", json: { email: "nobody" } },
      expected: { status: [401] },
    },
    {
      question: "default account",
      door: "closed",
      answer: "`admin` with the password `admin` by default, here with a generated one.",
      set: { GF_SECURITY_ADMIN_PASSWORD: aSecret },
      notAsked: "a login with a wrong password counts against the account",
    },
    {
      question: "anonymous API",
      door: "closed",
      answer:
        "Anonymous access is off by default: dashboards and data want a login. A snapshot or a public dashboard that somebody makes is open to those who have its link.",
      request: { method: "GET", path: "/api/search" },
      expected: { status: [401] },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Whether it works, with version and commit.",
      request: { method: "GET", path: "/api/health" },
      expected: { status: [200], holds: '"database"' },
    },
    {
      question: "metrics path",
      door: "closed",
      answer:
        "On by default and open to everybody under the public name: version, number of accounts and dashboards, every route with its counts. Nobody here reads it.",
      set: { GF_METRICS_ENABLED: "false" },
      request: { method: "GET", path: "/metrics" },
      expected: { status: [302, 401, 404], lacks: "grafana_build_info" },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "API for administrators.",
      request: { method: "GET", path: "/api/admin/settings" },
      expected: { status: [401, 403] },
    },
  ],
  nothing: { "first visitor": "makes its administrator when it starts" },
};
