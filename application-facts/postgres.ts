import { type ApplicationFacts, aSecret } from "./fact.ts";

export const postgres: ApplicationFacts = {
  service: "postgres",
  sources: [
    {
      repository: "docker-library/postgres",
      at: "6edb0a8 (17 on Alpine 3.23)",
      files: ["17/alpine3.23/docker-entrypoint.sh (pg_setup_hba_conf)"],
    },
  ],
  facts: [
    {
      question: "default account",
      door: "closed",
      answer:
        "Its one account, a superuser, has a generated password; connections over the network are asked for it (scram-sha-256). From inside the container nobody is asked.",
      set: { POSTGRES_PASSWORD: aSecret },
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
