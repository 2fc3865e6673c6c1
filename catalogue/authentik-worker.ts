import { authentikEnvironment, authentikImage } from "./authentik-settings.ts";
import { checkWith } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/** Background tasks and blueprints of Authentik; the same blueprint files lie on every worker. */
export const authentikWorker: Service = {
  name: "authentik-worker",
  image: authentikImage,
  runsOn: "every host",
  port: 0,
  sso: { kind: "none", why: "has no pages" },
  health: () => checkWith(["ak", "healthcheck"], { start: "2m0s", timeout: "30s" }),
  // Every call of `ak` takes 250 MiB beside the worker's own: the first-run step swaps for some seconds.
  memory: { limit: 512, typical: 250, swap: 1024 },
  data: { placement: "shared", writable: false, what: "tasks, in Postgres" },
  // The server migrates the database; a worker that starts beside it only waits for the same lock.
  needs: ["postgres", "authentik"],
  sharedMemory: 512,
  command: () => ["worker"],
  environment: (facts) => ({
    ...authentikEnvironment(facts),
    AUTHENTIK_WORKER__PROCESSES: "1",
    AUTHENTIK_WORKER__THREADS: "2",
    // Read at the very first start only; on an initialised database they are ignored. No AUTHENTIK_BOOTSTRAP_TOKEN:
    // it makes a token with akadmin's rights that never expires, and nothing here would use it.
    AUTHENTIK_BOOTSTRAP_EMAIL: facts.settings.site.adminEmail,
    AUTHENTIK_BOOTSTRAP_PASSWORD: text`${secret("authentik-worker.bootstrapPassword")}`,
    // Blueprints take client secrets from the worker's environment (`!Env`).
    ...facts.blueprints().secrets,
  }),
  // Into a folder of their own: over /blueprints they would hide Authentik's, whose migrations then fail.
  files: (facts) => facts.blueprints().files,
  secrets: {
    bootstrapPassword: {
      form: { kind: "password", length: 32 },
      rotation: "step",
      purpose: "first password of akadmin",
    },
  },
  firstRun: [
    {
      step: "apply-blueprints",
      purpose: "providers, applications and groups, once the worker is healthy",
      secrets: [],
    },
  ],
};
