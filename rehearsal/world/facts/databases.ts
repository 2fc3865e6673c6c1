import { option, settingOf, tcp } from "./configuration.ts";
import type { ImageEntry, ImageFacts, Run } from "./types.ts";

const postgres: ImageFacts = {
  source: "Postgres image documentation; uid 70 in the alpine image's Dockerfile, 999 in the Debian one",
  user: "70",
  command: ["postgres"],
  tools: { pg_isready: "postgres", psql: "postgres", sh: "shell", wget: "http", timeout: "other" },
  listens: (run) => [tcp(Number(option(run, "-p") ?? 5432))],
  minimumMiB: 64,
};

/** `redis.conf` given as the first argument, or "--name value" on the command line, which wins. */
function redisSetting(run: Run, name: string): string {
  const onCommandLine = option(run, `--${name}`);
  if (onCommandLine !== undefined) return onCommandLine;
  const path = run.command.find((word) => word.startsWith("/") && word.endsWith(".conf"));
  const lines = (path === undefined ? "" : (run.file(path) ?? "")).split("\n");
  const words = lines.map((line) => line.trim().split(/\s+/)).filter(([key]) => key === name);
  return (words.at(-1)?.[1] ?? "").replaceAll(/^"|"$/g, "");
}

function missingConfiguration(run: Run): string | undefined {
  const path = run.command.find((word) => word.startsWith("/") && word.endsWith(".conf"));
  if (path === undefined || run.file(path) !== undefined || run.isMounted(path)) return undefined;
  return `Fatal error, can't open config file '${path}'`;
}

const redis: ImageFacts = {
  source: "Redis image documentation; uid 999 in the image's Dockerfile",
  user: "999",
  command: ["redis-server"],
  tools: { "redis-cli": "redis", "redis-server": "other", sh: "shell" },
  listens: (run) => [tcp(Number(redisSetting(run, "port") || 6379))],
  problem: missingConfiguration,
  minimumMiB: 8,
};

const meilisearch: ImageFacts = {
  source: "Meilisearch 1.41 Dockerfile: Alpine with curl; `/health` is the one route without a key",
  user: "0",
  command: ["/bin/sh", "-c", "/bin/meilisearch"],
  tools: { curl: "http", sh: "shell", wget: "http" },
  listens: () => [tcp(7700)],
  problem: (run) => {
    const key = settingOf(run, "MEILI_MASTER_KEY");
    return key !== "" && key.length < 16 ? "MEILI_MASTER_KEY must be at least 16 bytes" : undefined;
  },
  minimumMiB: 100,
};

export const DATABASE_IMAGES: readonly ImageEntry[] = [
  { repositories: ["postgres"], tags: /alpine/, facts: postgres },
  {
    repositories: ["postgres"],
    facts: {
      ...postgres,
      user: "999",
      tools: { pg_isready: "postgres", psql: "postgres", sh: "shell", timeout: "other" },
    },
  },
  { repositories: ["redis"], facts: redis },
  {
    repositories: ["valkey/valkey"],
    facts: {
      ...redis,
      command: ["valkey-server"],
      tools: { "valkey-cli": "redis", "redis-cli": "redis", sh: "shell" },
    },
  },
  { repositories: ["getmeili/meilisearch"], facts: meilisearch },
];

/** Exported for the health of a Redis server. */
export function redisPassword(run: Run): string {
  return redisSetting(run, "requirepass");
}
