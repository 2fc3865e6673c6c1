import { checkWith } from "./health.ts";
import type { Service } from "./service.ts";

/** Status page. It has no OpenID Connect (uptime-kuma #553): a local login, and a public status page. */
export const uptimeKuma: Service = {
  name: "uptime-kuma",
  image: { reference: "louislam/uptime-kuma:2.5.3-slim" },
  runsOn: "every host",
  port: 3001,
  public: {
    hostname: "status",
    title: "Uptime Kuma",
    purpose: "What is up, what was down, and for how long",
    healthPath: "/",
  },
  sso: { kind: "none", why: "local login and a public status page" },
  firstVisitor: { until: "create-admin" },
  // The image's own checker, on its own timing and patience. A migration of the database answers it as well.
  health: () => ({
    ...checkWith(["extra/healthcheck"], { interval: "1m0s", start: "3m0s", timeout: "30s" }),
    retries: 5,
  }),
  memory: { limit: 256, typical: 170 },
  data: { placement: "per-host", writable: true, what: "monitors and their history" },
  volumes: [{ name: "uptime-kuma-data", path: "/app/data" }],
  environment: ({ settings }) => ({
    // Skips the page of version 2 that asks which database to use.
    UPTIME_KUMA_DB_TYPE: "sqlite",
    // Of maintenance windows, notifications and the status page; comes before what is set on its own page.
    TZ: settings.site.timezone,
  }),
  secrets: {
    adminPassword: {
      form: { kind: "password", length: 32 },
      rotation: "step",
      purpose: "the local administrator",
    },
  },
  firstRun: [
    {
      step: "create-admin",
      purpose: "the local administrator",
      secrets: ["uptime-kuma.adminPassword"],
      gate: true,
    },
    {
      step: "monitors",
      purpose: "one monitor per public service and the status page",
      secrets: ["uptime-kuma.adminPassword"],
    },
  ],
};
