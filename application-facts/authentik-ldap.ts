import type { ApplicationFacts } from "./fact.ts";

export const authentikLdap: ApplicationFacts = {
  service: "authentik-ldap",
  sources: [
    {
      repository: "goauthentik/authentik",
      at: "0ce41a1 and 144f305; older than 2026.8.3",
      files: ["internal/outpost/ldap/search/direct/direct.go", "internal/outpost/ldap/bind.go"],
    },
  ],
  facts: [
    {
      question: "anonymous API",
      door: "closed",
      answer:
        "A search without a name is refused (“Anonymous BindDN not allowed”), and so is a name outside its own tree.",
      notAsked: "speaks LDAP, on the host's bridge only",
    },
    {
      question: "metrics path",
      door: "open",
      answer: "Port 9300 tells numbers to whoever is on the host's bridge.",
      notAsked: "is not published",
    },
  ],
  nothing: {
    registration: "has no accounts of its own: Authentik's",
    "first visitor": "has no accounts of its own: Authentik's",
    "default account": "has no accounts of its own: Authentik's",
    "admin path": "has no pages",
  },
};
