import { stringify } from "yaml";
import { groups } from "./directory.ts";
import type { OidcSettings } from "./facts.ts";
import { dashboards } from "./grafana-dashboards.ts";
import { wget } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, type Text, text } from "./text.ts";

/** Dashboards over all hosts; each host has its own, so that either one alone shows everything. */
export const grafana: Service = {
  name: "grafana",
  image: { reference: "grafana/grafana:13.2.3" },
  runsOn: "every host",
  port: 3000,
  public: {
    hostname: "grafana",
    title: "Grafana",
    purpose: "Dashboards: processor, memory, network and disks of every host",
    healthPath: "/api/health",
  },
  sso: {
    kind: "oidc",
    clientId: "grafana",
    redirectPath: "/login/generic_oauth",
    loginState: { kept: "browser", how: "as a hash over its secret key and its client secret" },
  },
  health: () => wget("http://127.0.0.1:3000/api/health", { start: "1m0s" }),
  memory: { limit: 256, typical: 140 },
  data: { placement: "per-host", writable: true, what: "sessions and dashboards made by hand" },
  volumes: [{ name: "grafana-data", path: "/var/lib/grafana" }],
  needs: ["prometheus"],
  environment: ({ url, oidc }) => ({
    ...signOn(oidc("grafana")),
    GF_SECURITY_ADMIN_USER: "admin",
    // No GF_SECURITY_ADMIN_EMAIL: two accounts cannot share an address, and Grafana does not link them. With the
    // first administrator's own address here, that person could not sign on.
    GF_SECURITY_ADMIN_PASSWORD: text`${secret("grafana.adminPassword")}`,
    GF_SECURITY_SECRET_KEY: text`${secret("grafana.secretKey")}`,
    GF_SERVER_ROOT_URL: url("grafana"), // without it OAuth redirects go to localhost
    GF_SECURITY_COOKIE_SECURE: "true", // it sees plain http from the connector, and would not say so by itself
    // On by default, and open to everybody under the public name; nobody here reads it.
    GF_METRICS_ENABLED: "false",
    GF_ANALYTICS_REPORTING_ENABLED: "false",
    GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
    GF_PLUGINS_PREINSTALL_DISABLED: "true", // it fetches and unpacks apps at its first start, with 256 MiB
    GOMEMLIMIT: "180MiB",
  }),
  files: () => [
    { path: "/etc/grafana/provisioning/datasources/prometheus.yaml", content: dataSource },
    { path: "/etc/grafana/provisioning/dashboards/kitestacks.yaml", content: dashboardFolder },
    ...dashboards.map((dashboard) => ({
      path: `${dashboardPath}/${dashboard.uid}.json`,
      content: `${JSON.stringify(dashboard, null, 1)}\n`,
    })),
  ],
  secrets: {
    secretKey: {
      form: { kind: "hex", length: 32 },
      rotation: "never",
      purpose: "encrypts stored credentials",
    },
    oidc: { form: { kind: "hex", length: 32 }, rotation: "restart", purpose: "client secret at Authentik" },
    adminPassword: {
      form: { kind: "password", length: 32 },
      rotation: "step",
      purpose: "the local administrator",
    },
  },
};

/** It makes the redirect URI itself, of GF_SERVER_ROOT_URL and a fixed path. */
function signOn({ clientId, secret, authorize, token, userinfo, endSession }: OidcSettings) {
  const settings: Record<string, Text> = {
    ENABLED: "true",
    NAME: "Authentik",
    CLIENT_ID: clientId,
    CLIENT_SECRET: secret,
    SCOPES: "openid profile email",
    AUTH_URL: authorize,
    TOKEN_URL: token,
    API_URL: userinfo,
    ROLE_ATTRIBUTE_PATH: `contains(groups, '${groups.admins}') && 'GrafanaAdmin' || 'Viewer'`,
    ALLOW_ASSIGN_GRAFANA_ADMIN: "true",
    LOGIN_ATTRIBUTE_PATH: "preferred_username",
    USE_PKCE: "true",
  };
  return {
    ...Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`GF_AUTH_GENERIC_OAUTH_${key}`, value]),
    ),
    GF_AUTH_SIGNOUT_REDIRECT_URL: endSession,
  };
}

/** Not in its data volume: a file that is left there would outlive its dashboard. */
const dashboardPath = "/etc/grafana/dashboards";

const dashboardFolder = stringify({
  apiVersion: 1,
  providers: [
    {
      name: "kitestacks",
      orgId: 1,
      folder: "KiteStacks",
      type: "file",
      disableDeletion: true,
      allowUiUpdates: false,
      options: { path: dashboardPath },
    },
  ],
});

const dataSource = stringify({
  apiVersion: 1,
  datasources: [
    {
      name: "Prometheus",
      uid: "prometheus",
      type: "prometheus",
      access: "proxy",
      url: "http://prometheus:9090",
      isDefault: true,
      editable: false,
      jsonData: { timeInterval: "15s" },
    },
  ],
});
