import { type ApplicationFacts, aSecret } from "./fact.ts";

export const authentikWorker: ApplicationFacts = {
  service: "authentik-worker",
  sources: [
    {
      repository: "goauthentik/authentik",
      at: "single files of 2026, before and after 2026.8; no copy of 2026.8.3 itself",
      files: ["authentik/core/setup/signals.py (019d0a7)", "blueprints/system/bootstrap.yaml (324cb18)"],
    },
  ],
  facts: [
    {
      question: "default account",
      door: "closed",
      answer: "It makes akadmin with the password of its environment at its first start.",
      set: { AUTHENTIK_BOOTSTRAP_PASSWORD: aSecret },
      notAsked: "has no pages; the server is asked",
    },
    {
      question: "metrics path",
      door: "open",
      answer: "Port 9300 tells numbers to whoever is on the host's bridge.",
      notAsked: "is not published",
    },
  ],
  nothing: {
    registration: "has no pages",
    "first visitor": "has no pages",
    "anonymous API": "has no pages",
    "admin path": "has no pages",
  },
};
