import { groups } from "./directory.ts";
import { curl } from "./health.ts";
import { modelApi } from "./model-api.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/**
 * Chat with AI models, through LiteLLM where it runs. The slim image holds no local models, and needs a third of the
 * memory; with the full one, BYPASS_EMBEDDING_AND_RETRIEVAL does not keep it from loading its embedding model.
 */
export const openWebui: Service = {
  name: "kite-openwebui",
  image: { reference: "ghcr.io/open-webui/open-webui:v0.11.4-slim" },
  runsOn: "every host",
  port: 8080,
  public: {
    hostname: "chat",
    title: "Open WebUI",
    purpose: "Chat with many AI models in one place",
    healthPath: "/health",
  },
  sso: {
    kind: "oidc",
    clientId: "open-webui",
    redirectPath: "/oauth/oidc/callback",
    loginState: { kept: "browser", how: "in a cookie sealed with WEBUI_SECRET_KEY" },
  },
  health: () => curl("http://127.0.0.1:8080/health", { start: "2m0s" }),
  memory: { limit: 768, typical: 400 },
  data: { placement: "per-host", writable: true, what: "conversations and uploads" },
  volumes: [{ name: "openwebui-data", path: "/app/backend/data" }],
  needs: ["kite-litellm"],
  environment: (facts) => ({
    ...modelApi(facts, { base: "OPENAI_API_BASE_URL", key: "OPENAI_API_KEY" }),
    WEBUI_SECRET_KEY: text`${secret("kite-openwebui.secretKey")}`,
    WEBUI_URL: facts.url("kite-openwebui"),
    CORS_ALLOW_ORIGIN: facts.url("kite-openwebui"), // needed for websockets
    WEBUI_SESSION_COOKIE_SECURE: "true",
    WEBUI_AUTH_COOKIE_SECURE: "true",
    // Otherwise the first boot freezes settings in the database and later changes here do nothing.
    ENABLE_PERSISTENT_CONFIG: "False",
    // It closes its sign-up form itself when it makes the first administrator, but with the line above in memory only:
    // from the second start on anybody could make an account. First logins through Authentik are another setting.
    ENABLE_SIGNUP: "False",
    // A model that nobody has configured is an administrator's alone, so people would see none. Only together with the
    // line above: alone it would hand the free quota to whoever signs up.
    BYPASS_MODEL_ACCESS_CONTROL: "True",
    ENABLE_EVALUATION_ARENA_MODELS: "False", // a model of its own, which picks one of the others by chance
    ENABLE_OLLAMA_API: "False",
    WEBUI_ADMIN_EMAIL: facts.settings.site.adminEmail,
    WEBUI_ADMIN_PASSWORD: text`${secret("kite-openwebui.adminPassword")}`,
    ENABLE_OAUTH_SIGNUP: "True",
    OAUTH_CLIENT_ID: facts.oidc("kite-openwebui").clientId,
    OAUTH_CLIENT_SECRET: facts.oidc("kite-openwebui").secret,
    OPENID_PROVIDER_URL: facts.oidc("kite-openwebui").discovery,
    OPENID_REDIRECT_URI: facts.oidc("kite-openwebui").redirectUri,
    OAUTH_PROVIDER_NAME: "Authentik",
    OAUTH_SCOPES: "openid email profile",
    OAUTH_MERGE_ACCOUNTS_BY_EMAIL: "True",
    ENABLE_OAUTH_ROLE_MANAGEMENT: "True",
    OAUTH_ROLES_CLAIM: "groups",
    OAUTH_ADMIN_ROLES: groups.admins,
    OAUTH_ALLOWED_ROLES: "*",
    DEFAULT_USER_ROLE: "user", // "pending" locks people out
    // What needs a local model, or asks the models in the background, is off: the free quota.
    BYPASS_EMBEDDING_AND_RETRIEVAL: "True",
    AUDIO_STT_ENGINE: "webapi",
    DATABASE_POOL_SIZE: "8",
    UVICORN_WORKERS: "1",
    ENABLE_IMAGE_GENERATION: "False",
    ENABLE_CODE_INTERPRETER: "False",
    ENABLE_AUTOCOMPLETE_GENERATION: "False",
    ENABLE_FOLLOW_UP_GENERATION: "False",
    ENABLE_TITLE_GENERATION: "False",
    ENABLE_TAGS_GENERATION: "False",
  }),
  secrets: {
    secretKey: { form: { kind: "hex", length: 32 }, rotation: "restart", purpose: "signs sessions" },
    oidc: { form: { kind: "hex", length: 32 }, rotation: "restart", purpose: "client secret at Authentik" },
    adminPassword: {
      form: { kind: "password", length: 32 },
      rotation: "step",
      purpose: "first administrator",
    },
  },
};
