import { curl } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/** Full-text search of Karakeep. A newer version needs a dump first: the tag follows Karakeep's. */
export const meilisearch: Service = {
  name: "meilisearch",
  image: { reference: "getmeili/meilisearch:v1.41.0" },
  runsOn: "every host",
  mayBeLeftOut: true,
  port: 7700,
  sso: { kind: "none", why: "Karakeep alone uses it, with a key" },
  // The one route that asks for no key.
  health: () => curl("http://127.0.0.1:7700/health", { start: "10s" }),
  memory: { limit: 256, typical: 110 },
  data: { placement: "per-host", writable: false, what: "search index, made again from Karakeep" },
  volumes: [{ name: "meilisearch-data", path: "/meili_data" }],
  environment: () => ({
    MEILI_MASTER_KEY: text`${secret("meilisearch.masterKey")}`,
    MEILI_NO_ANALYTICS: "true",
    // It sizes itself from the host's memory and cores, not from its limit (meilisearch #4686).
    MEILI_MAX_INDEXING_MEMORY: "100Mb",
    MEILI_MAX_INDEXING_THREADS: "1",
  }),
  secrets: {
    masterKey: { form: { kind: "hex", length: 16 }, rotation: "restart", purpose: "key of Karakeep" },
  },
};
