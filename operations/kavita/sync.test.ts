import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DockerHost } from "./docker-host.ts";
import { DataAtRiskError } from "./refused.ts";
import { syncKavita } from "./sync.ts";

const stamp = "2026-11-23T07-30-00";
let root: string;
let open: DatabaseSync[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "kitestacks-kavita-test-"));
  mkdirSync(join(root, "tmp"));
  vi.stubEnv("TMPDIR", join(root, "tmp"));
  open = [];
});
afterEach(() => {
  for (const database of open) database.close();
  expect(readdirSync(join(root, "tmp"))).toEqual([]);
  rmSync(root, { recursive: true });
  vi.unstubAllEnvs();
});

/** A host whose container's folder is a real one, and whose `docker run … sh -ec` really runs, in it. */
class FakeHost implements DockerHost {
  readonly calls: string[] = [];
  readonly folder: string;
  readonly name: string;
  image = "jvmilazz0/kavita:0.9.1";
  running = true;
  /** Called before each command; may damage things, or throw. */
  before: (word: string, script: string) => void = () => {};
  /** What of a file reaches a command that reads one. */
  arrives: (file: Buffer) => Buffer = (file) => file;

  constructor(name: string) {
    this.name = name;
    this.folder = join(root, name);
    mkdirSync(this.folder);
    writeFileSync(join(this.folder, "appsettings.json"), "{}");
  }

  async docker(words: readonly string[], files: { from?: string; to?: string } = {}): Promise<string> {
    const [word = ""] = words;
    const script = word === "run" ? (words.at(-1) ?? "") : "";
    this.calls.push(word);
    this.before(word, script);
    if (word === "inspect") return `${words[2] === "{{.State.Running}}" ? this.running : this.image}\n`;
    if (word === "stop") this.running = false;
    if (word === "start") this.running = true;
    if (word !== "run") return "";
    expect(this.running).toBe(false);
    const ran = spawnSync("sh", ["-ec", script.replaceAll("/kavita/config", this.folder)], {
      input: files.from === undefined ? undefined : this.arrives(readFileSync(files.from)),
    });
    if (ran.status !== 0) throw new Error(ran.stderr.toString());
    if (files.to !== undefined) writeFileSync(files.to, ran.stdout);
    return ran.stdout.toString();
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A real SQLite database in Kavita's form; `inLog` leaves the last user in the write-ahead log. */
  library(series: number, users: readonly string[], inLog = false): void {
    const database = new DatabaseSync(this.path("kavita.db"));
    database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
    database.exec("CREATE TABLE AspNetUsers (UserName TEXT); CREATE TABLE Series (Name TEXT)");
    for (let i = 0; i < series; i += 1) database.exec(`INSERT INTO Series VALUES ('series ${i}')`);
    const add = database.prepare("INSERT INTO AspNetUsers VALUES (?)");
    for (const user of users) add.run(user);
    if (inLog) open.push(database);
    else database.close();
  }

  users(): unknown[] {
    const database = new DatabaseSync(this.path("kavita.db"), { readOnly: true });
    const users = database.prepare("SELECT UserName FROM AspNetUsers ORDER BY UserName").all();
    database.close();
    return users.map((row) => row["UserName"]);
  }
}

const sync = (from: FakeHost, to: FakeHost, replaceUsers = false) =>
  syncKavita({ from, to, replaceUsers, stamp, progress: () => {} });

describe("the copy of kavita.db", () => {
  test("brings everything, also what is still in the write-ahead log, and starts both again", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(3, ["kiteadmin", "ann", "bob"], true);
    to.library(0, ["kiteadmin"]);
    expect(existsSync(from.path("kavita.db-wal"))).toBe(true);
    const { library, kept } = await sync(from, to);
    expect(library).toEqual({ users: ["ann", "bob"], series: 3 });
    expect(kept).toBe(`/kavita/config/before-sync/${stamp}`);
    expect(to.users()).toEqual(["ann", "bob", "kiteadmin"]);
    expect([from.running, to.running]).toEqual([true, true]);
    expect(from.users()).toEqual(["ann", "bob", "kiteadmin"]);
  });

  test("keeps what it replaces, with its log, and leaves no old log beside the new file", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(1, ["ann"]);
    to.library(7, ["kiteadmin"], true);
    await sync(from, to);
    expect(readdirSync(to.path(`before-sync/${stamp}`)).sort()).toEqual([
      "kavita.db",
      "kavita.db-shm",
      "kavita.db-wal",
    ]);
    expect(readdirSync(to.folder).sort()).toEqual(["appsettings.json", "before-sync", "kavita.db"]);
  });

  test("refuses a target with accounts, unless told, and changes nothing", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(1, ["ann"]);
    to.library(2, ["kiteadmin", "carl"]);
    const refused = await sync(from, to).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DataAtRiskError);
    expect(refused).toMatchObject({
      exitCode: 4,
      message:
        "Kavita on kscloud1 has accounts already (carl): they and their reading progress would be replaced. " +
        "Nothing was changed. Add --replace-users if that is meant.",
    });
    expect(to.users()).toEqual(["carl", "kiteadmin"]);
    expect([from.running, to.running]).toEqual([true, true]);
    await sync(from, to, true);
    expect(to.users()).toEqual(["ann"]);
  });

  test.each([
    ["monk", "damaged", (file: string) => writeFileSync(file, Buffer.alloc(8192, 7))],
    ["kscloud1", "damaged", (file: string) => writeFileSync(file, "not a database")],
    ["monk", "has no kavita.db: has Kavita ever started there?", (file: string) => rmSync(file)],
  ])("refuses when the database of %s is %s", async (name, words, damage) => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(1, ["ann"]);
    to.library(0, []);
    const host = name === "monk" ? from : to;
    damage(host.path("kavita.db"));
    const before = existsSync(host.path("kavita.db")) && readFileSync(host.path("kavita.db"));
    await expect(sync(from, to)).rejects.toThrow(words);
    expect(existsSync(to.path("before-sync"))).toBe(false);
    expect(existsSync(host.path("kavita.db")) && readFileSync(host.path("kavita.db"))).toEqual(before);
    expect([from.running, to.running]).toEqual([true, true]);
  });

  test("puts the target's own database back when the copy did not arrive whole", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(50, ["ann"]);
    to.library(0, ["kiteadmin"]);
    to.before = (_word, script) => {
      if (script.includes("tar -cf") && existsSync(to.path(`before-sync/${stamp}`))) {
        writeFileSync(to.path("kavita.db"), readFileSync(to.path("kavita.db")).subarray(0, 5000));
      }
    };
    await expect(sync(from, to)).rejects.toThrow("The copy on kscloud1 is not whole");
    expect(to.users()).toEqual(["kiteadmin"]);
    expect(to.running).toBe(true);
  });

  test("leaves the target's database alone when the connection breaks before it arrives", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(1, ["ann"]);
    to.library(0, ["kiteadmin"]);
    to.before = (_word, script) => {
      if (script.includes("kavita.db.new")) throw new Error("connection reset");
    };
    await expect(sync(from, to)).rejects.toThrow("connection reset");
    expect(to.users()).toEqual(["kiteadmin"]);
  });

  test("a database of which only a part arrives takes nobody's place, even if nothing can be put back", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(50, ["ann"]);
    to.library(0, ["kiteadmin"]);
    to.arrives = (file) => file.subarray(0, 5000);
    to.before = (_word, script) => {
      if (script.includes("cp -p")) throw new Error("kscloud1 does not answer over SSH");
    };
    await expect(sync(from, to)).rejects.toThrow("only a part of the database arrived");
    expect(readdirSync(to.folder).sort()).toEqual(["appsettings.json", "kavita.db"]);
    expect(to.users()).toEqual(["kiteadmin"]);
  });

  test("says where the target's own database lies when it could not be put back", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(50, ["ann"]);
    to.library(0, ["kiteadmin"]);
    to.before = (_word, script) => {
      if (!existsSync(to.path(`before-sync/${stamp}`))) return;
      if (script.includes("tar -cf")) writeFileSync(to.path("kavita.db"), "broken");
      if (script.includes("cp -p")) throw new Error("No route to host");
    };
    const refused = await sync(from, to).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DataAtRiskError);
    expect(refused).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(
        /^The copy on kscloud1 is not whole \(The kavita\.db of kscloud1 after the copy is damaged .+\), and its own database could not be put back \(No route to host\): its kavita\.db may be the broken copy\. What it had lies in its container under \/kavita\/config\/before-sync\/2026-11-23T07-30-00, if it was moved at all; copy that back before anybody uses Kavita there\.$/,
      ),
    });
  });

  test("a Kavita that does not start again does not keep the other from it", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(1, ["ann"]);
    to.library(0, []);
    from.before = (word) => {
      if (word === "start") throw new Error("port is already allocated");
    };
    await expect(sync(from, to)).rejects.toMatchObject({
      exitCode: 1,
      message:
        "The copy to kscloud1 is done, but:\n" +
        "Kavita on monk was not started: port is already allocated. Start it there: docker start kavita.",
    });
    expect(to.users()).toEqual(["ann"]);
    expect([from.running, to.running]).toEqual([false, true]);
  });

  test("a Kavita that does not start again does not hide why nothing was copied", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(1, ["ann"]);
    to.library(0, ["carl"]);
    from.before = to.before = (word) => {
      if (word === "start") throw new Error("gone");
    };
    const refused = await sync(from, to).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DataAtRiskError);
    expect(refused).toMatchObject({
      message:
        "Kavita on kscloud1 has accounts already (carl): they and their reading progress would be replaced. " +
        "Nothing was changed. Add --replace-users if that is meant.\n" +
        "Kavita on monk was not started: gone. Start it there: docker start kavita.\n" +
        "Kavita on kscloud1 was not started: gone. Start it there: docker start kavita.",
    });
  });

  test("does not start a Kavita that was stopped before, and refuses different versions", async () => {
    const [from, to] = [new FakeHost("monk"), new FakeHost("kscloud1")];
    from.library(1, ["ann"]);
    to.library(0, []);
    from.running = false;
    await sync(from, to);
    expect([from.running, to.running]).toEqual([false, true]);
    to.image = "jvmilazz0/kavita:0.9.2";
    await expect(sync(from, to)).rejects.toThrow(
      "monk runs jvmilazz0/kavita:0.9.1 and kscloud1 runs jvmilazz0/kavita:0.9.2: a database of another version",
    );
  });
});
