import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";

/** Debian keeps the server out of PATH, in a folder per version. */
const debian = "/usr/lib/postgresql";

export const postgresRemedy = "apt-get install postgresql";

/** Folder of `initdb` and `postgres`, or undefined where Postgres is not installed. */
export const postgresFolder = [...(process.env["PATH"] ?? "").split(delimiter), ...versions()].find(
  (folder) => isExecutable(join(folder, "initdb")) && isExecutable(join(folder, "postgres")),
);

/** A real Postgres of our own: new data in a temporary folder, reached by its socket there and by nothing else. */
export class TestPostgres {
  readonly #folder: string;
  readonly #server: ChildProcess;
  readonly #pools: pg.Pool[] = [];

  private constructor(folder: string, server: ChildProcess) {
    this.#folder = folder;
    this.#server = server;
  }

  /** Throws where Postgres is not installed, naming the package. */
  static async start(): Promise<TestPostgres> {
    if (postgresFolder === undefined) throw new Error(`Postgres is not installed: ${postgresRemedy}.`);
    const folder = mkdtempSync(join(tmpdir(), "kitestacks-postgres-"));
    const user = unprivilegedUser();
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const data = join(folder, "data");
    const init = ["-D", data, "-U", "authentik", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
    execFileSync(join(postgresFolder, "initdb"), init, { ...user, cwd: folder, stdio: "pipe" });
    const options = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"];
    const server = spawn(join(postgresFolder, "postgres"), options, {
      ...user,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    await ready(server);
    return new TestPostgres(folder, server);
  }

  /** Connections to a new, empty database. */
  async database(name: string): Promise<pg.Pool> {
    const maintenance = this.#pool("postgres");
    await maintenance.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    return this.#pool(name);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
    const ended = once(this.#server, "exit");
    // Its smart shutdown: it waits until the connections, which are closing, are closed.
    this.#server.kill("SIGTERM");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #pool(database: string): pg.Pool {
    const pool = new pg.Pool({ host: this.#folder, user: "authentik", database, max: 4 });
    this.#pools.push(pool);
    return pool;
  }
}

/** It refuses to run as root, as which a container of a continuous check often runs. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function ready(server: ChildProcess): Promise<void> {
  if (server.stderr === null) throw new Error("Postgres was started without a log.");
  const log: string[] = [];
  for await (const line of createInterface({ input: server.stderr })) {
    log.push(line);
    if (line.includes("ready to accept connections")) {
      // Nobody reads on, and a full pipe would stop it.
      server.stderr.resume();
      return;
    }
  }
  throw new Error(`Postgres did not start:\n${log.join("\n")}`);
}

function versions(): readonly string[] {
  try {
    const numbers = readdirSync(debian).toSorted((a, b) => Number(b) - Number(a));
    return numbers.map((version) => join(debian, version, "bin"));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
