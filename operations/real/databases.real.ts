import { execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runScript, stepNamed, testSecret } from "../../plan/first-run/testing/run.ts";
import { freePort } from "../../rehearsal/serve/free-port.ts";
import { postgresFolder, postgresRemedy } from "../sign-on/testing/postgres.ts";
import { containerNamed, describeWith, plain, type Started, secretValue, start } from "./real.ts";
import { redisRemedy, startRedis, type TestRedis } from "./redis.ts";

describeWith("redis-server", redisRemedy, "a real Redis on the generated configuration", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test("lets in who has the password, and nobody else", () => {
    expect(redis.cli(["ping"])).toBe("PONG");
    expect(redis.cli(["ping"], "wrong")).toContain("NOAUTH");
    expect(redis.cli(["ping"], "")).toContain("NOAUTH");
  });

  test("keeps to its memory, forgets the oldest first and writes nothing to disk", () => {
    expect(redis.cli(["config", "get", "maxmemory"])).toBe(`maxmemory\n${32 * 1024 * 1024}`);
    expect(redis.cli(["config", "get", "maxmemory-policy"])).toContain("allkeys-lru");
    expect(redis.cli(["config", "get", "save"])).toBe("save");
  });
});

describeWith(
  postgresFolder === undefined ? "postgres" : join(postgresFolder, "postgres"),
  postgresRemedy,
  "a real Postgres on the generated settings",
  () => {
    const container = containerNamed("postgres");
    const [user, database] = [
      plain(container.environment["POSTGRES_USER"] ?? ""),
      plain(container.environment["POSTGRES_DB"] ?? ""),
    ];
    let folder: string;
    let port: number;
    let server: Started;

    /** Logs in over the socket, where this server asks for the password. */
    async function login(password: string): Promise<unknown> {
      const client = new pg.Client({ host: folder, port, user, database, password });
      try {
        await client.connect();
        const { rows } = await client.query("SHOW max_connections");
        return rows[0]?.max_connections;
      } catch (error) {
        return error instanceof Error ? error.message : error;
      } finally {
        await client.end().catch(() => undefined);
      }
    }

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "kitestacks-postgres-"));
      port = await freePort();
      const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
      if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid);
      const bin = postgresFolder ?? "";
      const data = join(folder, "data");
      writeFileSync(join(folder, "password"), secretValue("postgres.password"));
      // As the image does it: no password from the machine itself, one from everywhere else.
      execFileSync(
        join(bin, "initdb"),
        [
          "-D",
          data,
          "-U",
          user,
          "--pwfile",
          join(folder, "password"),
          "--auth-local=scram-sha-256",
          "--auth-host=trust",
          "-E",
          "UTF8",
          "--locale=C",
          "--no-sync",
        ],
        { ...nobody, cwd: folder, stdio: "pipe" },
      );
      const [, ...tuning] = container.command.map(plain);
      const words = [
        "-D",
        data,
        "-k",
        folder,
        "-p",
        String(port),
        "-c",
        "listen_addresses=127.0.0.1",
        ...tuning,
      ];
      const ready = async () => {
        const client = new pg.Client({ host: "127.0.0.1", port, user, database: "postgres" });
        await client.connect();
        await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
        await client.end();
        return true;
      };
      server = await start(join(bin, "postgres"), words, { ...nobody, cwd: folder }, ready);
    });
    afterAll(async () => {
      await server?.stop();
      rmSync(folder, { recursive: true });
    });

    test("takes the tuning and the password, and refuses a wrong one", async () => {
      expect(await login(secretValue("postgres.password"))).toBe("100");
      expect(await login("wrong")).toContain("password authentication failed");
    });

    test("takes a new password from the first-run step, twice, and refuses the old one", async () => {
      const step = stepNamed("postgres.set-password");
      const here = { "psql -h 127.0.0.1": `psql -h 127.0.0.1 -p ${port}` };
      for (const _time of [1, 2])
        expect(await runScript(step, here)).toEqual({ code: 0, out: "unchanged\n", err: "" });
      expect(await login(testSecret("postgres.password"))).toBe("100");
      expect(await login(secretValue("postgres.password"))).toContain("password authentication failed");
      expect(server.log()).not.toContain(testSecret("postgres.password"));
    });
  },
);
