import { curl } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/** Git platform. Port 3000 on the tailnet feeds the portals' activity list and takes pushes over 100 MB. */
export const forgejo: Service = {
  name: "forgejo",
  image: { reference: "codeberg.org/forgejo/forgejo:15.0.9" },
  runsOn: "every host",
  port: 3000,
  tailnetPorts: [{ port: 3000, reachedBy: "people" }],
  public: {
    hostname: "git",
    title: "Forgejo",
    purpose: "Git repositories, issues and reviews",
    healthPath: "/api/healthz",
  },
  sso: {
    kind: "oidc",
    clientId: "forgejo",
    redirectPath: "/user/oauth2/authentik/callback",
    loginState: { kept: "per-host", how: "in a session, which lies on the host that began it" },
  },
  health: () => curl("http://127.0.0.1:3000/api/healthz", { start: "1m0s" }),
  memory: { limit: 256, typical: 120 },
  data: { placement: "per-host", writable: true, what: "repositories and issues" },
  volumes: [{ name: "forgejo-data", path: "/data" }],
  // Sign-on fails as long as Authentik's discovery document cannot be read; it is tried again at every sign-on.
  needs: ["authentik"],
  environment: ({ hostname, url }) => ({
    USER_UID: "1000",
    USER_GID: "1000",
    FORGEJO__database__DB_TYPE: "sqlite3",
    FORGEJO__security__INSTALL_LOCK: "true",
    FORGEJO__security__SECRET_KEY: text`${secret("forgejo.secretKey")}`,
    FORGEJO__security__INTERNAL_TOKEN: text`${secret("forgejo.internalToken")}`,
    FORGEJO__security__REVERSE_PROXY_TRUSTED_PROXIES: "*",
    FORGEJO__oauth2__JWT_SECRET: text`${secret("forgejo.jwtSecret")}`,
    FORGEJO__server__DOMAIN: hostname("forgejo"),
    FORGEJO__server__ROOT_URL: `${url("forgejo")}/`,
    FORGEJO__server__DISABLE_SSH: "true",
    FORGEJO__service__ALLOW_ONLY_EXTERNAL_REGISTRATION: "true",
    // Otherwise strangers list all accounts, and look them up by any part of an e-mail address (0X2E is the dot).
    FORGEJO__service_0X2E_explore__REQUIRE_SIGNIN_VIEW: "true",
    FORGEJO__oauth2_client__ENABLE_AUTO_REGISTRATION: "true",
    FORGEJO__oauth2_client__ACCOUNT_LINKING: "auto",
    FORGEJO__oauth2_client__USERNAME: "nickname",
    FORGEJO__oauth2_client__OPENID_CONNECT_SCOPES: "email profile",
    FORGEJO__cache__ADAPTER: "twoqueue",
    FORGEJO__cache__HOST: '{"size":100,"recent_ratio":0.25,"ghost_ratio":0.5}',
    FORGEJO__indexer__ISSUE_INDEXER_TYPE: "db",
  }),
  secrets: {
    secretKey: { form: { kind: "hex", length: 32 }, rotation: "never", purpose: "encrypts stored tokens" },
    internalToken: {
      form: { kind: "hex", length: 48 },
      rotation: "restart",
      purpose: "calls within Forgejo",
    },
    jwtSecret: {
      form: { kind: "base64url", length: 32 },
      rotation: "restart",
      purpose: "signs its own OAuth tokens",
    },
    oidc: { form: { kind: "hex", length: 32 }, rotation: "step", purpose: "client secret at Authentik" },
    adminPassword: {
      form: { kind: "password", length: 32 },
      rotation: "step",
      purpose: "administrator kiteadmin",
    },
  },
  firstRun: [
    {
      step: "create-admin",
      purpose: "administrator kiteadmin",
      secrets: ["forgejo.adminPassword"],
      rotates: ["forgejo.adminPassword"],
    },
    {
      step: "add-oauth-source",
      purpose: "sign-on with Authentik",
      secrets: ["forgejo.oidc"],
      rotates: ["forgejo.oidc"],
    },
  ],
};
