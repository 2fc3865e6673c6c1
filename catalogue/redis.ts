import { checkWith } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

const configuration = "/usr/local/etc/redis/redis.conf";
/** The image's own user `redis`. */
const redisUser = 999;

/** Cache and rate limits of LiteLLM on all hosts, on the hub's tailnet address. Lost on restart, by intent. */
export const redis: Service = {
  name: "redis",
  image: { reference: "redis:7.2-alpine" },
  runsOn: "hub",
  port: 6379,
  tailnetPorts: [{ port: 6379, reachedBy: "hosts" }],
  sso: { kind: "none", why: "password" },
  health: () => checkWith(["sh", "-c", "redis-cli ping | grep -q PONG"], { interval: "10s", start: "5s" }),
  memory: { limit: 64, typical: 10 },
  data: { placement: "shared", writable: false, what: "cached answers and counters" },
  // The password stands in a file, not in the command, where every `ps` would show it.
  command: () => ["redis-server", configuration],
  files: () => [
    {
      path: configuration,
      owner: redisUser,
      mode: "0400",
      content: text`bind 0.0.0.0
port 6379
requirepass ${secret("redis.password")}
maxmemory 32mb
maxmemory-policy allkeys-lru
save ""
appendonly no
`,
    },
  ],
  // Only redis-cli of the health check reads it.
  environment: () => ({ REDISCLI_AUTH: text`${secret("redis.password")}` }),
  secrets: {
    password: { form: { kind: "password", length: 40 }, rotation: "restart", purpose: "login of LiteLLM" },
  },
};
