import type { ApplicationFacts } from "./fact.ts";

export const uptimeKuma: ApplicationFacts = {
  service: "uptime-kuma",
  sources: [
    {
      repository: "louislam/uptime-kuma",
      at: "2.5.3 (1f0755f), the catalogue's version",
      files: [
        "server/server.js",
        "server/auth.js",
        "server/rate-limiter.js",
        "server/client.js",
        "server/routers/api-router.js",
        "server/routers/status-page-router.js",
        "server/model/status_page.js",
      ],
    },
  ],
  facts: [
    {
      question: "registration",
      door: "closed",
      answer: "It has one account. `setup` refuses as soon as there is one.",
      notAsked: "speaks socket.io; the first-run step asks needSetup",
    },
    {
      question: "first visitor",
      door: "closed",
      answer: "While there is no account, whoever sends `setup` becomes it: our first-run step does.",
      notAsked: "speaks socket.io; the first-run step asks needSetup",
    },
    {
      question: "first visitor",
      door: "closed",
      answer: "The page that asks which database to use is skipped.",
      set: { UPTIME_KUMA_DB_TYPE: "sqlite" },
      request: { method: "GET", path: "/setup-database-info" },
      expected: { status: [200], holds: '"needSetup":false' },
    },
    {
      question: "anonymous API",
      door: "open",
      answer:
        "The status page is public: names of the services, whether they are up and since when; no address, because no monitor sends its own.",
      request: { method: "GET", path: "/api/status-page/kitestacks" },
      expected: { status: [200], holds: '"publicGroupList"', lacks: '"url":' },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Badges, of monitors that are on the status page. Where `/` leads.",
      request: { method: "GET", path: "/api/entry-page" },
      expected: { status: [200], holds: '"entryPage"' },
    },
    {
      question: "metrics path",
      door: "closed",
      answer:
        "It wants the administrator's password, which Prometheus has in a file. Twenty wrong logins within a minute, of anybody, are too many for everybody: Prometheus and people wait for the next one.",
      request: { method: "GET", path: "/metrics" },
      expected: { status: [401], lacks: "monitor_status" },
    },
  ],
  nothing: {
    "default account": "has none",
    "admin path": "its pages are a shell for everybody; what they show comes over socket.io after a login",
  },
};
