import { type ApplicationFacts, aSecret } from "./fact.ts";

export const litellm: ApplicationFacts = {
  service: "kite-litellm",
  sources: [
    {
      repository: "litellm (package of PyPI)",
      at: "1.103.3, the catalogue's version",
      files: [
        "litellm/proxy/_types.py (LiteLLMRoutes.public_routes)",
        "litellm/proxy/utils.py (_get_docs_url)",
        "litellm/proxy/health_endpoints/_health_endpoints.py",
        "litellm/proxy/middleware/prometheus_auth_middleware.py",
      ],
    },
  ],
  ran: "1.103.3 with our configuration and a Redis, by hand on 2026-11-28: every answer as said (with the Python package prisma beside it; without that, 500 in place of 401)",
  facts: [
    {
      question: "anonymous API",
      door: "closed",
      answer: "Models want the master key, which Open WebUI and Karakeep have.",
      set: { LITELLM_MASTER_KEY: aSecret },
      request: { method: "GET", path: "/v1/models" },
      expected: { status: [401] },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "The description of its API and some public pages, on this host's bridge only.",
      request: { method: "GET", path: "/health/readiness" },
      expected: { status: [200], lacks: "version" },
    },
    {
      question: "metrics path",
      door: "open",
      answer:
        "Without a key, by our configuration: otherwise every Prometheus would hold the master key. On this host's bridge only.",
      request: { method: "GET", path: "/metrics/" },
      expected: { status: [200] },
    },
    {
      question: "admin path",
      door: "closed",
      answer:
        "The shell of its pages for administrators is served, their login is off, and all that they ask wants the master key.",
      set: { DISABLE_ADMIN_UI: "true" },
      request: { method: "GET", path: "/key/info" },
      expected: { status: [401] },
    },
  ],
  nothing: {
    registration: "has no database, so no accounts",
    "first visitor": "has no database, so no accounts",
    "default account": "has no database, so no accounts",
  },
};
