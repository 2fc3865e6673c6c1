import { stringify } from "yaml";
import { checkWith } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/** `/health` needs the key and spends the free quota on real calls; liveliness does not. */
const alive = "import urllib.request as u;u.urlopen('http://127.0.0.1:4000/health/liveliness',timeout=5)";

/** One gateway to the models of OpenRouter; cache and rate limits are shared by all hosts in Redis. */
export const litellm: Service = {
  name: "kite-litellm",
  image: { reference: "ghcr.io/berriai/litellm:v1.103.3" },
  runsOn: "every host",
  mayBeLeftOut: true,
  port: 4000,
  sso: { kind: "none", why: "apps use its master key" },
  health: () => checkWith(["python3", "-c", alive], { start: "1m30s", timeout: "10s" }),
  memory: { limit: 640, typical: 450 },
  data: { placement: "none", writable: false, what: "nothing of its own" },
  needs: ["redis"],
  command: () => ["--config", "/app/config.yaml", "--port", "4000", "--num_workers", "1"],
  environment: ({ reach }) => ({
    LITELLM_MASTER_KEY: text`sk-${secret("kite-litellm.masterKey")}`, // must start with sk-
    LITELLM_MODE: "PRODUCTION",
    LITELLM_LOG: "ERROR",
    LITELLM_LOCAL_MODEL_COST_MAP: "True",
    DISABLE_ADMIN_UI: "true",
    OPENROUTER_API_KEY: text`${secret("provided.openrouterApiKey")}`,
    REDIS_HOST: reach("redis"),
    REDIS_PORT: "6379",
    REDIS_PASSWORD: text`${secret("redis.password")}`,
  }),
  files: ({ settings, hosts }) => [
    { path: "/app/config.yaml", content: configuration(settings.services.models, hosts.length) },
  ],
  secrets: {
    masterKey: {
      form: { kind: "hex", length: 32 },
      rotation: "restart",
      purpose: "key of Open WebUI and Karakeep",
    },
  },
};

/**
 * OpenRouter's free models take 20 requests a minute from one account, all together. Each LiteLLM counts on its own
 * (the counters in Redis are written, but not asked before a request), so every host gets its part of them.
 */
const freePerMinute = 20;
const isFree = (model: string): boolean => model === "openrouter/free" || model.endsWith(":free");

function configuration(models: readonly string[], hostCount: number): string {
  const [first, ...others] = models;
  const rpm = Math.max(1, Math.floor(freePerMinute / (models.filter(isFree).length * hostCount)));
  return stringify({
    model_list: models.map((model) => ({
      model_name: model,
      litellm_params: {
        model: `openrouter/${model}`,
        api_key: "os.environ/OPENROUTER_API_KEY",
        ...(isFree(model) && { rpm }),
      },
    })),
    litellm_settings: {
      callbacks: ["prometheus"], // its numbers, at /metrics/
      // Otherwise every Prometheus would hold the master key; only this host's bridge reaches the page.
      require_auth_for_metrics_endpoint: false,
      drop_params: true,
      request_timeout: 90,
      num_retries: 1,
      fallbacks: others.map((model) => ({ [model]: [first] })),
      cache: true,
      cache_params: {
        type: "redis",
        host: "os.environ/REDIS_HOST",
        port: "os.environ/REDIS_PORT",
        password: "os.environ/REDIS_PASSWORD",
        namespace: "kitestacks",
        // A short life keeps cached answers from pushing the rate counters out of Redis' 32 MB.
        ttl: 600,
      },
    },
    router_settings: {
      enable_pre_call_checks: true,
      redis_host: "os.environ/REDIS_HOST",
      redis_port: "os.environ/REDIS_PORT",
      redis_password: "os.environ/REDIS_PASSWORD",
    },
    general_settings: { master_key: "os.environ/LITELLM_MASTER_KEY" },
  });
}
