import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runScript, stepNamed } from "./testing/run.ts";

/** What its migrations have made of this table by 0.33.2; columns that may be empty and are not asked for left out. */
const table = `CREATE TABLE user (
  id text PRIMARY KEY NOT NULL, name text NOT NULL, email text NOT NULL, emailVerified integer, image text, password text,
  role text DEFAULT 'user', salt text DEFAULT '' NOT NULL, bookmarkQuota integer,
  bookmarkClickAction text DEFAULT 'open_original_link' NOT NULL, backupsEnabled integer DEFAULT false NOT NULL);
CREATE UNIQUE INDEX user_email_unique ON user (email);`;

const step = stepNamed("karakeep.create-admin");
let folder: string;
let database: DatabaseSync;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kitestacks-karakeep-"));
  database = new DatabaseSync(join(folder, "db.db"));
  database.exec(`PRAGMA journal_mode = WAL; ${table}`);
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const run = (seconds?: number) => runScript(step, { '"/data/': `"${folder}/` }, undefined, seconds);
const signIn = (email: string, role: string) =>
  database
    .prepare("INSERT INTO user (id, name, email, role) VALUES (?, ?, ?, ?)")
    .run(email, "A", email, role);
const users = () =>
  database
    .prepare("SELECT email, role FROM user ORDER BY email")
    .all()
    .map(({ email, role }) => `${String(email)} ${String(role)}`);

test("makes the account of site.adminEmail before anybody came, once", async () => {
  expect(await run()).toMatchObject({ code: 0, out: "changed\n" });
  expect(users()).toEqual(["admin@example.org admin"]);
  expect(await run()).toMatchObject({ code: 0, out: "unchanged\n" });
  expect(users()).toEqual(["admin@example.org admin"]);
});

test("gives the right to a person who came before, whatever letters the address is in; others keep theirs", async () => {
  signIn("Admin@example.org", "user");
  signIn("first@example.org", "admin");
  expect((await run()).out).toBe("changed\n");
  expect(users()).toEqual(["Admin@example.org admin", "first@example.org admin"]);
});

test("waits while Karakeep writes, but not for ever, and changes nothing then", async () => {
  database.exec("BEGIN IMMEDIATE");
  const { code, err } = await run(0);
  expect(code).toBe(1);
  expect(err).toContain(
    `Karakeep's database ${folder}/db.db does not take its administrator: database is locked; docker logs karakeep`,
  );
  const waiting = run();
  await new Promise((resolve) => setTimeout(resolve, 300));
  database.exec("COMMIT");
  expect((await waiting).out).toBe("changed\n");
});

test("says so where the table is not what it was", async () => {
  database.exec("DROP TABLE user");
  expect((await run()).err).toContain("does not take its administrator: no such table: user");
});
