import type { ApplicationFacts } from "./fact.ts";

const clientConfig = { method: "GET", path: "/api/trpc/config.clientConfig" } as const;

export const karakeep: ApplicationFacts = {
  service: "karakeep",
  sources: [
    {
      repository: "karakeep-app/karakeep",
      at: "v0.33.2 (98c0c78), the catalogue's version",
      files: [
        "packages/trpc/routers/users.ts",
        "packages/trpc/routers/config.ts",
        "packages/trpc/auth.ts",
        "packages/shared/config.ts",
        "packages/api/index.ts",
        "packages/api/routes/metrics.ts",
        "apps/web/server/auth.ts",
      ],
    },
  ],
  facts: [
    {
      question: "registration",
      door: "closed",
      answer:
        "`users.create` refuses where passwords are off. `DISABLE_SIGNUPS` would refuse people of Authentik as well. Asked by what it tells its pages: a real attempt would make an account where it is open.",
      set: { DISABLE_PASSWORD_AUTH: "true" },
      request: clientConfig,
      expected: { status: [200], holds: '"disablePasswordAuth":true' },
    },
    {
      question: "first visitor",
      door: "closed",
      answer:
        "Whoever signs in first on a host would become its administrator there; only Authentik signs people in. Our first-run step has made the account of site.adminEmail before the connector starts.",
      set: { DISABLE_PASSWORD_AUTH: "true" },
      notAsked: "only a login would tell",
    },
    {
      question: "anonymous API",
      door: "open",
      answer: "Its pages need it before a login: version, public address, which features are on.",
      request: clientConfig,
      expected: { status: [200], holds: '"serverVersion"' },
    },
    {
      question: "anonymous API",
      door: "closed",
      answer:
        "Bookmarks want a login. Lists that somebody publishes, and invitations, are open to those who have the link.",
      request: { method: "GET", path: "/api/v1/bookmarks" },
      expected: { status: [401] },
    },
    {
      question: "metrics path",
      door: "closed",
      answer: "It wants a token that it invents at every start, because none is set.",
      request: { method: "GET", path: "/api/metrics" },
      expected: { status: [401], lacks: "karakeep_" },
    },
    {
      question: "admin path",
      door: "closed",
      answer: "API for administrators.",
      request: { method: "GET", path: "/api/trpc/users.list" },
      expected: { status: [401, 403] },
    },
  ],
  nothing: { "default account": "has none" },
};
