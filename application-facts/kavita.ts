import type { ApplicationFacts } from "./fact.ts";

export const kavita: ApplicationFacts = {
  service: "kavita",
  sources: [
    {
      repository: "Kareadita/Kavita",
      at: "single files of 2026 that know migrations of 0.9.1; no copy of 0.9.1 itself",
      files: [
        "Kavita.Server/Controllers/AccountController.cs (f12ad78)",
        "Kavita.Server/Controllers/AdminController.cs (cf1531c)",
        "Kavita.Server/Controllers/SettingsController.cs (1181afc)",
        "Kavita.Server/Controllers/ServerController.cs (287ade0)",
        "Kavita.Server/Startup.cs (07aa53a)",
      ],
    },
  ],
  facts: [
    {
      question: "registration",
      door: "closed",
      answer:
        "Its one registration is that of the first administrator. Others are invited by an administrator or come from Authentik.",
      request: { method: "GET", path: "/api/Admin/exists" },
      expected: { status: [200], holds: "true" },
    },
    {
      question: "first visitor",
      door: "closed",
      answer:
        "While there is no administrator, whoever calls /api/Account/register becomes it: our first-run step does.",
      request: { method: "GET", path: "/api/Admin/exists" },
      expected: { status: [200], holds: "true" },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Its login page needs it: whether Authentik signs people in, never the client secret.",
      request: { method: "GET", path: "/api/Settings/oidc" },
      expected: { status: [200], lacks: '"secret":' },
    },
    {
      question: "anonymous API",
      door: "closed",
      answer: "Libraries want a login or a person's own key.",
      request: { method: "GET", path: "/api/Library/libraries" },
      expected: { status: [401] },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "What tells its version is for administrators.",
      request: { method: "GET", path: "/api/Server/server-info-slim" },
      expected: { status: [401] },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "/swagger and /hangfire exist in a developer's environment only; its own page answers there.",
      request: { method: "GET", path: "/swagger/v1/swagger.json" },
      expected: { status: [200, 404], lacks: '"openapi"' },
    },
  ],
  nothing: { "default account": "has none", "metrics path": "has none" },
};
