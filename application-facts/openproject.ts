import { type ApplicationFacts, aSecret } from "./fact.ts";

export const openproject: ApplicationFacts = {
  service: "openproject",
  sources: [
    {
      repository: "opf/openproject",
      at: "ec29bf8, and the newest stored copies; no copy of 17.8.0 itself",
      files: [
        "config/constants/settings/definition.rb",
        "app/controllers/concerns/accounts/registration.rb",
        "config/initializers/health_checks.rb",
        "docs/installation-and-operations/configuration/README.md (login_required: default true)",
      ],
    },
  ],
  facts: [
    {
      question: "registration",
      door: "closed",
      answer:
        "Its default lets everybody ask for an account; 0 sends the form away. First logins by LDAP and OpenID Connect still make one.",
      set: { OPENPROJECT_SELF__REGISTRATION: "0" },
      request: { method: "GET", path: "/account/register" },
      expected: { status: [302, 303], lacks: "user[password]" },
    },
    {
      question: "default account",
      door: "closed",
      answer: "`admin` with the password `admin` by default, here with a generated one.",
      set: { OPENPROJECT_SEED_ADMIN_USER_PASSWORD: aSecret },
      notAsked: "a login with a wrong password counts against the account",
    },
    {
      question: "anonymous API",
      door: "closed",
      answer:
        "`login_required` is true by default: projects, the public ones of its seeds too, want a login.",
      request: { method: "GET", path: "/api/v3/projects" },
      expected: { status: [401, 403], lacks: '"Collection"' },
    },
    {
      question: "anonymous API",
      door: "open",
      answer:
        "Health checks tell which parts work and how many jobs wait. A password for them would lock out the portal's light and the monitors.",
      request: { method: "GET", path: "/health_checks/full" },
      expected: { status: [200, 500], holds: "database" },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "Leads to the login.",
      request: { method: "GET", path: "/admin" },
      expected: { status: [302, 303] },
    },
  ],
  nothing: {
    "first visitor": "its seeds make the administrator before it answers",
    "metrics path": "has none; it can send numbers to a statsd, which is not set",
  },
};
