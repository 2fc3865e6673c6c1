import { type ApplicationFacts, aSecret } from "./fact.ts";

export const meilisearch: ApplicationFacts = {
  service: "meilisearch",
  sources: [
    {
      repository: "meilisearch/meilisearch",
      at: "v1.41.0 (8dd5a95), the catalogue's version",
      files: [
        "crates/meilisearch/src/routes/mod.rs",
        "crates/meilisearch/src/routes/metrics.rs",
        "Dockerfile",
      ],
    },
  ],
  facts: [
    {
      question: "anonymous API",
      door: "closed",
      answer: "Every route but the health check wants a key.",
      set: { MEILI_MASTER_KEY: aSecret },
      request: { method: "GET", path: "/indexes" },
      expected: { status: [401] },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Whether it works, nothing else.",
      request: { method: "GET", path: "/health" },
      expected: { status: [200], holds: '"available"' },
    },
    {
      question: "metrics path",
      door: "closed",
      answer: "It wants a key, and is off by default.",
      request: { method: "GET", path: "/metrics" },
      expected: { status: [400, 401], lacks: "meilisearch_db_size" },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "Keys are listed to those who have the master key.",
      request: { method: "GET", path: "/keys" },
      expected: { status: [401] },
    },
  ],
  nothing: {
    registration: "has keys, no accounts",
    "first visitor": "has keys, no accounts",
    "default account": "has keys, no accounts",
  },
};
