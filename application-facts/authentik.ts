import type { ApplicationFacts } from "./fact.ts";

const flow = (slug: string) => `/api/v3/flows/executor/${slug}/`;

export const authentik: ApplicationFacts = {
  service: "authentik",
  sources: [
    {
      repository: "goauthentik/authentik",
      at: "single files of 2026, before and after 2026.8; no copy of 2026.8.3 itself",
      files: [
        "authentik/core/setup/signals.py (019d0a7)",
        "authentik/core/setup/views.py (0d08fc7)",
        "blueprints/default/flow-oobe.yaml (061ac7f)",
        "blueprints/system/bootstrap.yaml (324cb18)",
        "authentik/stages/identification/stage.py (01878bf)",
        "authentik/api/v3/config.py (033617c)",
        "authentik/root/monitoring.py (0ea92ff)",
        "src/metrics/mod.rs (04c066d)",
      ],
    },
  ],
  facts: [
    {
      question: "registration",
      door: "closed",
      answer:
        "The login names an enrolment flow only where its stage has one. None of our blueprints and none of its own sets one.",
      request: { method: "GET", path: flow("default-authentication-flow") },
      expected: { status: [200], holds: '"ak-stage-identification"', lacks: '"enroll_url"' },
    },
    {
      question: "registration",
      door: "closed",
      answer:
        "The one enrolment flow that it brings is for people who come from a source, of which there is none.",
      request: { method: "GET", path: flow("default-source-enrollment") },
      expected: { status: [200, 404], lacks: '"ak-stage-prompt"' },
    },
    {
      question: "first visitor",
      door: "closed",
      answer:
        "The setup flow sets akadmin's password while akadmin has none. The worker gives it one from its environment when it starts, before it makes that flow, and then counts the installation as set up.",
      request: { method: "GET", path: flow("initial-setup") },
      expected: { status: [200, 404], lacks: '"ak-stage-prompt"' },
    },
    {
      question: "default account",
      door: "closed",
      answer: "akadmin has a generated password, and no API token. Nobody reads accounts without a login.",
      request: { method: "GET", path: "/api/v3/core/users/" },
      expected: { status: [401, 403], holds: "detail" },
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Its pages need it before a login: capabilities and cache times, no version, no names.",
      request: { method: "GET", path: "/api/v3/root/config/" },
      expected: { status: [200], holds: '"capabilities"', lacks: '"version"' },
    },
    {
      question: "anonymous API",
      door: "closed",
      answer: "Which version runs is told to people who are signed in.",
      request: { method: "GET", path: "/api/v3/admin/version/" },
      expected: { status: [401, 403], lacks: '"version_current"' },
    },
    {
      question: "metrics path",
      door: "closed",
      answer:
        "Django's page wants a key that only its own process knows. The metrics of the server are at port 9300, which is not published.",
      request: { method: "GET", path: "/-/metrics/" },
      expected: { status: [401, 403, 404], lacks: "authentik_" },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "What the admin page shows comes from the API, which asks for an administrator.",
      request: { method: "GET", path: "/api/v3/admin/system/" },
      expected: { status: [401, 403] },
    },
  ],
  nothing: {},
};
