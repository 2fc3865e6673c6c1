import type { ApplicationFacts } from "./fact.ts";

export const redis: ApplicationFacts = {
  service: "redis",
  sources: [
    {
      repository: "redis/redis",
      at: "4f8cdc2 of October 2024, after 7.2",
      files: ["src/acl.c (requirepass is the password of the default user)", "redis.conf"],
    },
  ],
  ran: "Redis 7.0.15 (Debian), where it is installed, with our configuration file (running.test.ts)",
  facts: [
    {
      question: "default account",
      door: "closed",
      answer:
        "The default user has the generated password of redis.conf: without it every command is answered NOAUTH.",
      notAsked: "speaks no HTTP; the hosts alone reach it",
    },
  ],
  nothing: {
    registration: "has no pages",
    "first visitor": "has no pages",
    "anonymous API": "has no pages",
    "metrics path": "has none",
    "admin path": "has no pages",
  },
};
