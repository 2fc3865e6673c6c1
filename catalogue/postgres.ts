import { checkWith } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/** For a machine of 4 GB that runs everything else as well. */
const tuning = [
  "shared_buffers=64MB",
  "work_mem=4MB",
  "maintenance_work_mem=32MB",
  "effective_cache_size=256MB",
  "max_connections=100",
  "wal_buffers=4MB",
];

/** The database of all Authentiks, on the hub's tailnet address. */
export const postgres: Service = {
  name: "postgres",
  // 18 moved the volume's path; an upgrade is a dump and restore, not another tag.
  image: { reference: "postgres:17.11-alpine" },
  runsOn: "hub",
  port: 5432,
  tailnetPorts: [{ port: 5432, reachedBy: "hosts" }],
  sso: { kind: "none", why: "database password" },
  health: () => checkWith(["pg_isready", "-q", "-d", "authentik", "-U", "authentik"], { interval: "10s" }),
  memory: { limit: 256, typical: 110 },
  data: { placement: "shared", writable: true, what: "Authentik's database" },
  volumes: [{ name: "postgres-data", path: "/var/lib/postgresql/data" }],
  stopSeconds: 60,
  command: () => ["postgres", ...tuning.flatMap((setting) => ["-c", setting])],
  environment: () => ({
    POSTGRES_DB: "authentik",
    POSTGRES_USER: "authentik",
    POSTGRES_PASSWORD: text`${secret("postgres.password")}`,
  }),
  secrets: {
    // The volume remembers the password it was made with: a new value alone locks Authentik out.
    password: {
      form: { kind: "password", length: 40 },
      rotation: "step",
      purpose: "Authentik's database login",
    },
  },
  firstRun: [
    {
      step: "set-password",
      purpose: "the database takes the password that its users have",
      secrets: ["postgres.password"],
      rotates: ["postgres.password"],
      gate: true,
    },
  ],
};
