import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { DataAtRiskError } from "./refused.ts";

/** Made by a first-run step on every host, with the same password: nobody's account. */
const ownAdministrator = "kiteadmin";

/** What a kavita.db holds that a person would miss. */
export interface Library {
  /** People's accounts, the program's own administrator left out. */
  readonly users: readonly string[];
  readonly series: number;
}

/**
 * Brings the write-ahead log into the file itself and looks it over.
 * @throws DataAtRiskError when it is damaged or no database of Kavita
 */
export function examine(path: string, where: string): Library {
  if (!existsSync(path))
    throw new DataAtRiskError(`${where} has no kavita.db: has Kavita ever started there?`);
  try {
    return withDatabase(path, (database) => {
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      // A journal of its own would be a second file to carry; Kavita switches back at its start.
      database.exec("PRAGMA journal_mode = DELETE");
      const found = database
        .prepare("PRAGMA integrity_check")
        .all()
        .map((row) => String(row["integrity_check"]));
      if (found.join() !== "ok") throw new Error(found.slice(0, 3).join("; "));
      const users = database.prepare("SELECT UserName FROM AspNetUsers ORDER BY UserName").all();
      const series = database.prepare("SELECT count(*) AS count FROM Series").get();
      return {
        users: users.map((row) => String(row["UserName"])).filter((name) => name !== ownAdministrator),
        series: Number(series?.["count"]),
      };
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataAtRiskError(`The kavita.db of ${where} is damaged or not Kavita's: ${reason}`);
  }
}

function withDatabase<T>(path: string, use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return use(database);
  } finally {
    database.close();
  }
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
