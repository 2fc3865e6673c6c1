import type { Adapter, AdapterPayload } from "oidc-provider";
import type { Pool } from "pg";

/** Where a provider keeps sessions, codes and tokens: as Authentik does, in Postgres and nowhere else. */
export class PostgresStore implements Adapter {
  readonly #pool: Pool;
  readonly #kind: string;

  constructor(pool: Pool, kind: string) {
    this.#pool = pool;
    this.#kind = kind;
  }

  static async prepare(pool: Pool): Promise<void> {
    await pool.query(`CREATE TABLE stored (
      kind text, id text, payload jsonb NOT NULL, expires timestamptz, PRIMARY KEY (kind, id))`);
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    await this.#pool.query(
      `INSERT INTO stored VALUES ($1, $2, $3, now() + make_interval(secs => $4))
       ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, expires = excluded.expires`,
      [this.#kind, id, payload, expiresIn],
    );
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#findBy("id = $2", id);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy("payload->>'uid' = $2", uid);
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy("payload->>'userCode' = $2", userCode);
  }

  async consume(id: string): Promise<void> {
    await this.#pool.query(
      `UPDATE stored SET payload = payload || jsonb_build_object('consumed', extract(epoch from now())::bigint)
       WHERE kind = $1 AND id = $2`,
      [this.#kind, id],
    );
  }

  async destroy(id: string): Promise<void> {
    await this.#pool.query("DELETE FROM stored WHERE kind = $1 AND id = $2", [this.#kind, id]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#pool.query("DELETE FROM stored WHERE payload->>'grantId' = $1", [grantId]);
  }

  async #findBy(condition: string, value: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.#pool.query<{ payload: AdapterPayload }>(
      `SELECT payload FROM stored WHERE kind = $1 AND ${condition} AND (expires IS NULL OR expires > now())`,
      [this.#kind, value],
    );
    return rows[0]?.payload;
  }
}
