import { stringify } from "yaml";
import { wget } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

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
  sso: { kind: "oidc", clientId: "grafana", redirectPath: "/login/generic_oauth" },
  health: () => wget("http://127.0.0.1:3000/api/health", { start: "1m0s" }),
  memory: { limit: 256, typical: 140 },
  data: { placement: "per-host", writable: true, what: "sessions and dashboards made by hand" },
  volumes: [{ name: "grafana-data", path: "/var/lib/grafana" }],
  needs: ["prometheus"],
  environment: ({ settings, url, oidc }) => ({
    GF_SECURITY_ADMIN_USER: "admin",
    GF_SECURITY_ADMIN_EMAIL: settings.site.adminEmail,
    GF_SECURITY_ADMIN_PASSWORD: text`${secret("grafana.adminPassword")}`,
    GF_SECURITY_SECRET_KEY: text`${secret("grafana.secretKey")}`,
    GF_SERVER_ROOT_URL: url("grafana"), // without it OAuth redirects go to localhost
    GF_ANALYTICS_REPORTING_ENABLED: "false",
    GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
    GOMEMLIMIT: "180MiB",
    GF_AUTH_GENERIC_OAUTH_ENABLED: "true",
    GF_AUTH_GENERIC_OAUTH_NAME: "Authentik",
    GF_AUTH_GENERIC_OAUTH_CLIENT_ID: "grafana",
    GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET: text`${secret("grafana.oidc")}`,
    GF_AUTH_GENERIC_OAUTH_SCOPES: "openid profile email",
    GF_AUTH_GENERIC_OAUTH_AUTH_URL: oidc("grafana").authorize,
    GF_AUTH_GENERIC_OAUTH_TOKEN_URL: oidc("grafana").token,
    GF_AUTH_GENERIC_OAUTH_API_URL: oidc("grafana").userinfo,
    GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH:
      "contains(groups, 'kitestacks-admins') && 'GrafanaAdmin' || 'Viewer'",
    GF_AUTH_GENERIC_OAUTH_ALLOW_ASSIGN_GRAFANA_ADMIN: "true",
    GF_AUTH_GENERIC_OAUTH_USE_PKCE: "true",
    GF_AUTH_SIGNOUT_REDIRECT_URL: oidc("grafana").endSession,
  }),
  files: () => [{ path: "/etc/grafana/provisioning/datasources/prometheus.yaml", content: dataSource }],
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
