import type { ApplicationFacts } from "./fact.ts";

export const portainer: ApplicationFacts = {
  service: "portainer",
  sources: [
    {
      repository: "portainer/portainer",
      at: "stored copies of several years; the catalogue has 2.45.1",
      files: [
        "api/http/handler/users/handler.go (12cddbd)",
        "api/http/handler/users/admin_init.go (10ed62e)",
        "api/http/handler/users/admin_check.go (007fea4)",
        "api/http/handler/settings/settings_public.go (007fea4)",
        "api/http/handler/system/handler.go (5d81469)",
      ],
    },
  ],
  ran: "2.43.0, its API server, on 2026-11-23: administrator from the password file, /api/system/status answers 200 (docs/first-run.md)",
  facts: [
    {
      question: "registration",
      door: "closed",
      answer: "Administrators make accounts. Authentik's people get one without access to anything.",
      request: { method: "POST", path: "/api/users", json: {} },
      expected: { status: [401, 403] },
    },
    {
      question: "first visitor",
      door: "closed",
      answer:
        "Without an administrator whoever comes first in five minutes becomes it. Ours is made of the password file, before it listens.",
      request: { method: "GET", path: "/api/users/admin/check" },
      expected: { status: [204] },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Its login page needs it: how people sign in, and the address of Authentik with the client id.",
      request: { method: "GET", path: "/api/settings/public" },
      expected: { status: [200], holds: '"OAuthLoginURI"', lacks: "ClientSecret" },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Version and instance number.",
      request: { method: "GET", path: "/api/system/status" },
      expected: { status: [200], holds: '"Version"' },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "Docker itself, behind a login.",
      request: { method: "GET", path: "/api/endpoints" },
      expected: { status: [401, 403] },
    },
  ],
  nothing: {
    "default account": "has none besides the administrator of the password file",
    "metrics path": "has none",
  },
};
