import {
  ConfigurationError,
  parseConfiguration,
} from "../../../metrics-api/src/configuration/configuration.ts";
import { httpNeed, listenAddress, option, tcp } from "./configuration.ts";
import type { ImageEntry, ImageFacts, Run } from "./types.ts";

/** Where the metrics page listens. Without a setting a container's is 0.0.0.0:20241. */
function metrics(run: Run) {
  return listenAddress(option(run, "--metrics") ?? run.env["TUNNEL_METRICS"] ?? "") ?? tcp(20241);
}

const cloudflared: ImageFacts = {
  source: "cloudflared documentation and image: distroless, uid 65532, no shell",
  user: "65532",
  command: ["version"],
  tools: { cloudflared: "own" },
  listens: (run) => [metrics(run)],
  minimumMiB: 20,
};

export const EDGE_IMAGES: readonly ImageEntry[] = [
  { repositories: ["cloudflare/cloudflared"], facts: cloudflared },
];

const nginx: ImageFacts = {
  source: "nginx image on Docker Hub; the master process is root and reads the configuration",
  user: "0",
  command: ["nginx", "-g", "daemon off;"],
  tools: { nginx: "other", sh: "shell", curl: "http" },
  listens: (run) => (run.exposed.length > 0 ? run.exposed.map((port) => tcp(port)) : [tcp(80)]),
  // It hands out files and knows no accounts.
  doors: () => [],
  minimumMiB: 8,
};

/** "172.30.0.1:8000,100.64.0.1:8000": the metrics API's own setting. */
function listenVariable(run: Run) {
  const given = (run.env["LISTEN"] ?? "").split(",").map((one) => one.trim());
  const listeners = given.map(listenAddress).filter((one) => one !== undefined);
  return listeners.length > 0 ? listeners : run.exposed.map((port) => tcp(port));
}

const node: ImageFacts = {
  source: "the metrics API, which is what the project builds on it, takes LISTEN; tools of the Node images",
  user: "0",
  command: ["node"],
  tools: { node: "other", npm: "other", sh: "shell" },
  listens: listenVariable,
  needs: ({ env }) => httpNeed(env["FORGEJO_URL"]),
  problem: refusedByMetricsApi,
  minimumMiB: 40,
};

/** By its own parser: a place that passed all settings and promises here once ended the real one with 64 on every host. */
function refusedByMetricsApi({ env }: Run): string | undefined {
  if (env["LISTEN"] === undefined) return undefined;
  try {
    // The host's root is mounted in the container, and not here.
    parseConfiguration({ ...env, HOST_ROOT: "" });
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}

/** What the project's own images are built from. */
export const BASE_IMAGES: readonly ImageEntry[] = [
  { repositories: ["nginx"], tags: /alpine/, facts: { ...nginx, tools: { ...nginx.tools, wget: "http" } } },
  { repositories: ["nginx"], facts: nginx },
  { repositories: ["node"], tags: /alpine/, facts: { ...node, tools: { ...node.tools, wget: "http" } } },
  { repositories: ["node"], facts: node },
  {
    repositories: ["alpine"],
    facts: {
      ...node,
      source: "busybox",
      command: ["/bin/sh"],
      tools: { sh: "shell", wget: "http" },
      minimumMiB: 4,
    },
  },
];
