import { authentik } from "./authentik.ts";
import { authentikLdap } from "./authentik-ldap.ts";
import { authentikWorker } from "./authentik-worker.ts";
import { chrome } from "./chrome.ts";
import { cloudflared } from "./cloudflared.ts";
import { forgejo } from "./forgejo.ts";
import { grafana } from "./grafana.ts";
import { homepage } from "./homepage.ts";
import { karakeep } from "./karakeep.ts";
import { kavita } from "./kavita.ts";
import { litellm } from "./litellm.ts";
import { meilisearch } from "./meilisearch.ts";
import { metricsApi } from "./metrics-api.ts";
import { nodeExporter } from "./node-exporter.ts";
import { openWebui } from "./open-webui.ts";
import { openproject } from "./openproject.ts";
import { portainer } from "./portainer.ts";
import { postgres } from "./postgres.ts";
import { prometheus } from "./prometheus.ts";
import { redis } from "./redis.ts";
import type { Service } from "./service.ts";
import { uptimeKuma } from "./uptime-kuma.ts";

export type Catalogue = readonly Service[];

/** Every container of the system, in the order a reader meets them. */
export const catalogue: Catalogue = [
  // the nine public services, in the order of the portal
  homepage,
  authentik,
  forgejo,
  openproject,
  openWebui,
  karakeep,
  kavita,
  grafana,
  uptimeKuma,
  // parts of them
  authentikWorker,
  authentikLdap,
  meilisearch,
  chrome,
  // infrastructure
  cloudflared,
  prometheus,
  nodeExporter,
  litellm,
  portainer,
  metricsApi,
  // shared, on the hub
  postgres,
  redis,
];
