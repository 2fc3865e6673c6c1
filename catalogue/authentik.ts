import { authentikEnvironment, authentikImage } from "./authentik-settings.ts";
import { checkWith } from "./health.ts";
import type { Service } from "./service.ts";

/** Identity provider: every login of every service. Its database is shared, so any host finishes any login. */
export const authentik: Service = {
  name: "authentik",
  image: authentikImage,
  runsOn: "every host",
  port: 9000,
  public: {
    hostname: "auth",
    title: "Authentik",
    purpose: "One account for everything: sign in, passwords, who may open what",
    healthPath: "/-/health/live/",
  },
  sso: { kind: "provider" },
  // Since 2026.8 the check runs through the Rust entry point; migrations take up to two minutes.
  health: () => checkWith(["ak", "healthcheck"], { start: "2m0s", timeout: "30s" }),
  // Opening the admin page takes 1.7 GiB for a while (authentik #25683): swap instead of a kill.
  memory: { limit: 900, typical: 480, swap: 1800 },
  data: { placement: "shared", writable: true, what: "accounts, sessions and applications, in Postgres" },
  needs: ["postgres"],
  sharedMemory: 512,
  // Without a command the container exits 0 in a loop.
  command: () => ["server"],
  environment: (facts) => ({
    ...authentikEnvironment(facts),
    AUTHENTIK_WEB__WORKERS: "2",
    AUTHENTIK_WEB__THREADS: facts.host.isHub ? "2" : "4",
    AUTHENTIK_WEB__MAX_REQUESTS: "200",
    AUTHENTIK_WEB__MAX_REQUESTS_JITTER: "50",
  }),
  secrets: {
    secretKey: { form: { kind: "password", length: 60 }, rotation: "restart", purpose: "signs cookies" },
  },
};
