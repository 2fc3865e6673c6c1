import type { Facts } from "./facts.ts";
import { secret, type Text, text } from "./text.ts";

/** One image for server and worker on every host: two versions on one database are not supported. */
export const authentikVersion = "2026.8.3";
export const authentikImage = { reference: `ghcr.io/goauthentik/server:${authentikVersion}` };

/**
 * What server and worker share on every host: the database on the hub, the secret key and the public name.
 * Authentik uses no Redis since 2025.10, so none is configured.
 */
export function authentikEnvironment({ url, reach, host }: Facts): Record<string, Text> {
  return {
    AUTHENTIK_SECRET_KEY: text`${secret("authentik.secretKey")}`,
    AUTHENTIK_POSTGRESQL__HOST: reach("postgres"),
    AUTHENTIK_POSTGRESQL__PORT: "5432",
    AUTHENTIK_POSTGRESQL__NAME: "authentik",
    AUTHENTIK_POSTGRESQL__USER: "authentik",
    AUTHENTIK_POSTGRESQL__PASSWORD: text`${secret("postgres.password")}`,
    // Inside WireGuard already. Said outright: Authentik's documentation and its sources name different defaults.
    AUTHENTIK_POSTGRESQL__SSLMODE: "disable",
    // A remote database costs four to six round trips per new connection; kept ones save them.
    AUTHENTIK_POSTGRESQL__CONN_MAX_AGE: host.isHub ? "60" : "300",
    AUTHENTIK_POSTGRESQL__CONN_HEALTH_CHECKS: "true",
    AUTHENTIK_WEB__BASE_URL: url("authentik"),
    AUTHENTIK_LISTEN__HTTP: "0.0.0.0:9000",
    AUTHENTIK_ERROR_REPORTING__ENABLED: "false",
    AUTHENTIK_DISABLE_UPDATE_CHECK: "true",
    // Without these two the server keeps 2 GiB after a burst (authentik #25683).
    MALLOC_ARENA_MAX: "2",
    MALLOC_TRIM_THRESHOLD_: "131072",
  };
}
