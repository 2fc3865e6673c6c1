import { wget } from "./health.ts";
import { modelApi } from "./model-api.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/** Bookmarks. Search and screenshots are parts of their own; without them it runs in its minimal mode. */
export const karakeep: Service = {
  name: "karakeep",
  image: { reference: "ghcr.io/karakeep-app/karakeep:0.33.2" },
  runsOn: "every host",
  port: 3000,
  public: {
    hostname: "karakeep",
    title: "Karakeep",
    purpose: "Bookmarks and reading for later",
    healthPath: "/api/health",
  },
  sso: {
    kind: "oidc",
    clientId: "karakeep",
    redirectPath: "/api/auth/callback/custom",
    loginState: { kept: "browser", how: "in cookies sealed with NEXTAUTH_SECRET" },
  },
  firstVisitor: { until: "create-admin" },
  health: () => wget("http://127.0.0.1:3000/api/health", { start: "1m0s" }),
  memory: { limit: 640, typical: 350 },
  data: { placement: "per-host", writable: true, what: "bookmarks and saved pages" },
  volumes: [{ name: "karakeep-data", path: "/data" }],
  needs: ["meilisearch", "chrome"],
  environment: (facts) => ({
    DATA_DIR: "/data",
    DB_WAL_MODE: "true",
    LOG_LEVEL: "notice",
    DISABLE_NEW_RELEASE_CHECK: "true",
    NEXTAUTH_URL: facts.url("karakeep"),
    NEXTAUTH_SECRET: text`${secret("karakeep.nextauthSecret")}`,
    ...(facts.runs("meilisearch") && {
      MEILI_ADDR: "http://meilisearch:7700",
      MEILI_MASTER_KEY: text`${secret("meilisearch.masterKey")}`,
    }),
    ...(facts.runs("chrome") && { BROWSER_WEB_URL: "http://chrome:9222" }),
    ...modelApi(facts, { base: "OPENAI_BASE_URL", key: "OPENAI_API_KEY" }),
    INFERENCE_TEXT_MODEL: facts.settings.services.models[0] ?? "",
    // Otherwise it asks for a model of OpenAI's, which nobody here offers, at every picture.
    INFERENCE_IMAGE_MODEL: facts.settings.services.models[0] ?? "",
    OAUTH_WELLKNOWN_URL: facts.oidc("karakeep").discovery,
    OAUTH_CLIENT_ID: facts.oidc("karakeep").clientId,
    OAUTH_CLIENT_SECRET: facts.oidc("karakeep").secret,
    OAUTH_PROVIDER_NAME: "Authentik",
    OAUTH_SCOPE: "openid email profile",
    OAUTH_ALLOW_DANGEROUS_EMAIL_ACCOUNT_LINKING: "true",
    OAUTH_TIMEOUT: "10000", // 3.5 s is too short where Authentik's database is remote
    DISABLE_PASSWORD_AUTH: "true",
    OAUTH_AUTO_REDIRECT: "true",
  }),
  secrets: {
    nextauthSecret: { form: { kind: "hex", length: 32 }, rotation: "restart", purpose: "signs sessions" },
    oidc: { form: { kind: "hex", length: 32 }, rotation: "restart", purpose: "client secret at Authentik" },
  },
  firstRun: [
    {
      step: "create-admin",
      purpose: "the person of site.adminEmail as administrator, in its database",
      secrets: [],
      gate: true,
    },
  ],
};
