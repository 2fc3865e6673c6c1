import { type ApplicationFacts, aSecret } from "./fact.ts";

export const openWebui: ApplicationFacts = {
  service: "kite-openwebui",
  sources: [
    {
      repository: "open-webui (package of PyPI)",
      at: "0.11.4, the catalogue's version; the Dockerfile at 00a8982",
      files: [
        "open_webui/main.py",
        "open_webui/routers/auths.py",
        "open_webui/env.py",
        "open_webui/utils/auth.py",
        "Dockerfile",
      ],
    },
  ],
  ran: "0.11.4 with our environment and the image's ENV=prod, by hand on 2026-11-28, first and second start: every answer as said. Without ENABLE_SIGNUP the second start answers the first question with 400 (no account is made), without ENV=prod the last one holds the description",
  facts: [
    {
      question: "registration",
      door: "closed",
      answer:
        "Without this variable it is open from the second start on. The address in this question is none, so that nothing is made where it is open.",
      set: { ENABLE_SIGNUP: "False", ENABLE_PERSISTENT_CONFIG: "False" },
      request: {
        method: "POST",
        path: "/api/v1/auths/signup",
        json: { name: "nobody", email: "nobody", password: "nobody" },
      },
      expected: { status: [403] },
    },
    {
      question: "first visitor",
      door: "closed",
      answer: "The first account becomes the administrator. It makes that one itself when it starts.",
      set: { WEBUI_ADMIN_PASSWORD: aSecret },
      request: { method: "GET", path: "/api/config" },
      expected: { status: [200], holds: '"status":true', lacks: '"onboarding":true' },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Its login page needs it: version, name, which ways to sign in there are.",
      request: { method: "GET", path: "/api/config" },
      expected: { status: [200], holds: '"enable_signup":false', lacks: '"default_models"' },
    },
    {
      question: "anonymous API",
      door: "closed",
      answer: "Models and accounts want a login.",
      request: { method: "GET", path: "/api/models" },
      expected: { status: [401, 403] },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "API for administrators.",
      request: { method: "GET", path: "/api/v1/users/" },
      expected: { status: [401, 403] },
    },
    {
      question: "admin path",
      door: "closed",
      answer:
        "/docs and /openapi.json exist where ENV is `dev`, which is its default; the image sets `prod`, and its own page answers there.",
      request: { method: "GET", path: "/openapi.json" },
      expected: { status: [200, 404], lacks: '"openapi":' },
    },
  ],
  nothing: {
    "default account": "has none besides its administrator's, which has a generated password",
    "metrics path": "has none; it can send numbers by OpenTelemetry, which is off",
  },
};
