import { authentik } from "./authentik.ts";
import { authentikLdap } from "./authentik-ldap.ts";
import { authentikWorker } from "./authentik-worker.ts";
import { chrome } from "./chrome.ts";
import { cloudflared } from "./cloudflared.ts";
import type { ApplicationFacts } from "./fact.ts";
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
import { uptimeKuma } from "./uptime-kuma.ts";

/** In the order of the catalogue. */
export const applicationFacts: readonly ApplicationFacts[] = [
  homepage,
  authentik,
  forgejo,
  openproject,
  openWebui,
  karakeep,
  kavita,
  grafana,
  uptimeKuma,
  authentikWorker,
  authentikLdap,
  meilisearch,
  chrome,
  cloudflared,
  prometheus,
  nodeExporter,
  litellm,
  portainer,
  metricsApi,
  postgres,
  redis,
];
