import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeKuma } from "./testing/kuma.ts";
import { runScript, stepNamed, testSecret } from "./testing/run.ts";

const admin = stepNamed("uptime-kuma.create-admin");
const monitors = stepNamed("uptime-kuma.monitors");
const password = testSecret("uptime-kuma.adminPassword");

let kuma: FakeKuma;
let url: string;

beforeEach(async () => {
  kuma = new FakeKuma();
  url = await kuma.listen();
});
afterEach(() => kuma.close());

const run = (step: typeof admin, answerSeconds = "20", seconds?: number) =>
  runScript(
    step,
    { "http://127.0.0.1:3001": url, '"answerSeconds": "30"': `"answerSeconds": "${answerSeconds}"` },
    undefined,
    seconds,
  );

describe("the first administrator", () => {
  test("is made once", async () => {
    expect(await run(admin)).toEqual({ code: 0, out: "changed\n", err: "" });
    expect(kuma.users).toEqual({ kiteadmin: password });
    expect(await run(admin)).toEqual({ code: 0, out: "unchanged\n", err: "" });
    expect(kuma.written).toEqual(["setup"]);
  });

  test("is somebody else: says how account and password are set", async () => {
    kuma.users = { me: "mine" };
    const { code, err } = await run(admin);
    expect(code).toBe(1);
    expect(err).toContain(
      "`docker exec uptime-kuma sqlite3 data/kuma.db \"UPDATE user SET username='kiteadmin'\"` names it",
    );
    expect(err).toContain(
      "`docker exec -it uptime-kuma node extra/reset-password.js` sets the password: take uptime-kuma.adminPassword of: pulumi stack output shared",
    );
    expect(kuma.users).toEqual({ me: "mine" });
  });

  test("is known where nobody has to sign in", async () => {
    kuma.users = { kiteadmin: password };
    kuma.isOpen = true;
    expect((await run(admin)).out).toBe("unchanged\n");
  });

  test("is not asked for before the server listens, which it tells", async () => {
    kuma.silent = ["loginRequired"];
    expect((await run(admin, "0.5")).err).toBe(
      "Uptime Kuma took the connection and then said nothing; docker logs uptime-kuma\n",
    );
    expect(kuma.written).toEqual([]);
  });

  test("waits when there were too many logins, and gives up when there are too many for long", async () => {
    kuma.users = { kiteadmin: password };
    kuma.refusedLogins = 2;
    expect((await run(admin)).out).toBe("unchanged\n");
    kuma.refusedLogins = 1;
    expect((await run(admin, "20", 0)).err).toBe(
      "Uptime Kuma lets nobody sign in at present: wait a few minutes\n",
    );
  });

  test("cannot be used with a second factor", async () => {
    kuma.users = { kiteadmin: password };
    kuma.secondFactor = true;
    expect((await run(admin)).err).toContain("asks kiteadmin for a second factor: switch it off");
  });

  test("fails with a remedy where Uptime Kuma is silent, or away", async () => {
    kuma.silent = ["needSetup"];
    expect((await run(admin, "0.2")).err).toBe(
      "Uptime Kuma gave no answer to needSetup; docker logs uptime-kuma\n",
    );
    await kuma.close();
    const { code, err } = await run(admin, "20", 0);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^Uptime Kuma does not answer: .+; docker logs uptime-kuma\n$/),
    ]);
  });
});

describe("monitors and status page", () => {
  beforeEach(() => {
    kuma.users = { kiteadmin: password };
  });

  test("each public service is watched in public and on this host, and shown on one page", async () => {
    expect(await run(monitors)).toEqual({ code: 0, out: "changed\n", err: "" });
    const shown = kuma.monitors.map(({ name, url: address, description }) => [name, address, description]);
    expect(shown).toHaveLength(18);
    expect(shown).toContainEqual([
      "Forgejo",
      "https://git.example.org/api/healthz",
      "kitestacks:public:forgejo",
    ]);
    expect(shown).toContainEqual([
      "Forgejo on cloud",
      "http://forgejo:3000/api/healthz",
      "kitestacks:local:forgejo",
    ]);
    const groups = kuma.pages["kitestacks"]?.groups.map(({ name, monitorList }) => [
      name,
      (monitorList as []).length,
    ]);
    expect(groups).toEqual([
      ["Services", 9],
      ["cloud", 9],
    ]);
    expect(kuma.settings).toMatchObject({ entryPage: "statusPage-kitestacks", trustProxy: true });
  });

  test("a second run writes nothing", async () => {
    await run(monitors);
    const before = kuma.written.length;
    expect((await run(monitors)).out).toBe("unchanged\n");
    expect(kuma.written.slice(before)).toEqual([]);
  });

  test("what people added or chose stays; what we say is put right; what left the catalogue goes", async () => {
    await run(monitors);
    const [first] = kuma.monitors;
    kuma.monitors[0] = { ...first, url: "https://elsewhere.example.org", notificationIDList: { 7: true } };
    kuma.monitors.push(
      { id: 90, name: "mine", description: null },
      { id: 91, description: "kitestacks:public:gone" },
    );
    const before = kuma.written.length;
    expect((await run(monitors)).out).toBe("changed\n");
    expect(kuma.written.slice(before)).toEqual(["editMonitor", "deleteMonitor"]);
    expect(kuma.monitors[0]).toEqual({ ...first, notificationIDList: { 7: true } });
    expect(kuma.monitors.map(({ id }) => id)).toContain(90);
  });

  test("settings that people chose stay", async () => {
    kuma.settings = { keepDataPeriodDays: 30, entryPage: "dashboard" };
    await run(monitors);
    expect(kuma.settings).toMatchObject({ keepDataPeriodDays: 30, entryPage: "statusPage-kitestacks" });
  });

  test("the time zone is left to TZ: written back, the stored one would count until the next start", async () => {
    kuma.settings = { serverTimezone: "Asia/Tokyo" };
    await run(monitors);
    expect(kuma.settings).toEqual({
      serverTimezone: "Asia/Tokyo",
      entryPage: "statusPage-kitestacks",
      trustProxy: true,
    });
    expect(kuma.setAtLast).not.toHaveProperty("serverTimezone");
  });

  test("goes on where it broke off", async () => {
    kuma.silent = ["saveStatusPage"];
    expect(await run(monitors, "0.5")).toMatchObject({
      code: 1,
      err: expect.stringContaining("no answer to saveStatusPage"),
    });
    kuma.silent = [];
    const before = kuma.written.length;
    expect((await run(monitors)).out).toBe("changed\n");
    expect(kuma.written.slice(before)).toEqual(["saveStatusPage", "setSettings"]);
    expect(kuma.monitors).toHaveLength(18);
  });

  test("a wrong password changes nothing", async () => {
    kuma.users = { kiteadmin: "another" };
    const { code, err } = await run(monitors);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("is not called kiteadmin, or has another password than the generated one"),
    ]);
    expect(kuma.written).toEqual([]);
  });
});
