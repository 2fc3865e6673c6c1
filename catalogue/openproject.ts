import { curl } from "./health.ts";
import { openprojectSignOn } from "./openproject-sign-on.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/** Project management, the all-in-one image with its own database. */
export const openproject: Service = {
  name: "openproject",
  image: { reference: "openproject/openproject:17.8.0" },
  runsOn: "every host",
  port: 80,
  public: {
    hostname: "openproject",
    title: "OpenProject",
    purpose: "Tasks, plans and boards",
    healthPath: "/health_checks/default",
  },
  sso: {
    kind: "ldap",
    clientId: "openproject",
    redirectPath: "/auth/authentik/callback",
    loginState: { kept: "per-host", how: "in a session, which lies in its own database" },
  },
  // The first start migrates and seeds for two to five minutes.
  health: () => curl("http://127.0.0.1:80/health_checks/default", { start: "5m0s", timeout: "10s" }),
  memory: { limit: 1536, typical: 950 },
  data: { placement: "per-host", writable: true, what: "projects and their files" },
  volumes: [
    { name: "openproject-pgdata", path: "/var/openproject/pgdata" },
    { name: "openproject-assets", path: "/var/openproject/assets" },
  ],
  needs: ["authentik-ldap"],
  stopSeconds: 60,
  environment: (facts) => ({
    OPENPROJECT_HOST__NAME: facts.hostname("openproject"),
    OPENPROJECT_HTTPS: "true",
    OPENPROJECT_HSTS: "false", // the edge does it
    OPENPROJECT_DEFAULT__LANGUAGE: "en",
    // Its sign-up form is open by default (2: an administrator confirms). Accounts come by the first login alone.
    OPENPROJECT_SELF__REGISTRATION: "0",
    OPENPROJECT_WEB_WORKERS: "1", // two by default, 400 MB each
    RAILS_MIN_THREADS: "2",
    RAILS_MAX_THREADS: "4",
    MALLOC_ARENA_MAX: "2",
    PG_STARTUP_WAIT_TIME: "60",
    SECRET_KEY_BASE: text`${secret("openproject.secretKeyBase")}`,
    OPENPROJECT_SEED_ADMIN_USER_PASSWORD: text`${secret("openproject.adminPassword")}`,
    OPENPROJECT_SEED_ADMIN_USER_PASSWORD_RESET: "false",
    OPENPROJECT_SEED_ADMIN_USER_NAME: "Administrator",
    // Not the address of the person who is its administrator: two accounts cannot share one, and the person's own,
    // which the first login makes, would be refused.
    OPENPROJECT_SEED_ADMIN_USER_MAIL: `admin@${facts.hostname("openproject")}`,
    ...openprojectSignOn(facts),
  }),
  // Its settings are parsed as YAML: hexadecimal values cannot be misread.
  secrets: {
    secretKeyBase: {
      form: { kind: "hex", length: 64 },
      rotation: "never",
      purpose: "encrypts stored columns",
    },
    adminPassword: {
      form: { kind: "hex", length: 16 },
      rotation: "step",
      purpose: "the local administrator",
    },
    oidc: { form: { kind: "hex", length: 32 }, rotation: "restart", purpose: "client secret at Authentik" },
  },
  firstRun: [{ step: "sign-on", purpose: "sign-on settings, in its database", secrets: [] }],
};
