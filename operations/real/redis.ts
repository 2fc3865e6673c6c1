import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../rehearsal/serve/free-port.ts";
import { containerNamed, plain, secretValue, start } from "./real.ts";

export const redisRemedy = "apt-get install redis-server";

export interface TestRedis {
  readonly port: number;
  /** redis-cli, with a password in its environment as the container's health check has it. */
  cli(words: readonly string[], password?: string): string;
  stop(): Promise<void>;
}

/** A real Redis on the generated configuration, but for its port and address. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-redis-"));
  const [file] = containerNamed("redis").files;
  if (file === undefined) throw new Error("Redis has no configuration file");
  const configuration = plain(file.content)
    .replace("bind 0.0.0.0", "bind 127.0.0.1")
    .replace("port 6379", `port ${port}`);
  writeFileSync(join(folder, "redis.conf"), configuration);
  const cli = (words: readonly string[], password = secretValue("redis.password")) => {
    const env = { ...process.env, REDISCLI_AUTH: password };
    const { stdout, stderr } = spawnSync("redis-cli", ["-p", String(port), ...words], {
      env,
      encoding: "utf8",
    });
    return (stdout + stderr).trim();
  };
  const server = await start(
    "redis-server",
    [join(folder, "redis.conf")],
    { cwd: folder },
    async () => cli(["ping"]) === "PONG",
  );
  return {
    port,
    cli,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
