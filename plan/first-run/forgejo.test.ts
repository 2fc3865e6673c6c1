import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Api, serveApi } from "./testing/api.ts";
import { fakePrograms, type Programs } from "./testing/programs.ts";
import { runScript, stepNamed, testSecret } from "./testing/run.ts";

interface State {
  users: Record<string, string>;
  emails: Record<string, string>;
  sources: Record<string, unknown>[];
  discovery: boolean;
  broken: boolean;
  /** The database cannot be read by its own tool. */
  hidden?: boolean;
}

/**
 * The parts of `forgejo admin` that the scripts call, with the tables and refusals of Forgejo 15.0 as they were seen:
 * spaces part the list of users, tabs the list of sources, one or more.
 */
const forgejo = `
if (state.broken) end(1, "Command error: unable to open database file");
const [, area, action] = words;
if (area === "user" && action === "list") {
  say("ID   Username Email             IsActive IsAdmin 2FA");
  Object.keys(state.users).forEach((name, i) => say((i + 1) + "    " + name + "  " + state.emails[name] + " true     true    false"));
} else if (area === "user") {
  const name = option("--username"), email = option("--email");
  if (action === "change-password" && !(name in state.users)) end(1, "Command error: user does not exist [uid: 0, name: " + name + "]");
  if (action === "create") {
    if (name in state.users) end(1, "Command error: CreateUser: user already exists [name: " + name + "]");
    if (Object.values(state.emails).includes(email)) end(1, "Command error: CreateUser: e-mail already in use [email: " + email + "]");
    state.emails[name] = email;
  }
  state.users[name] = option("--password");
} else if (action === "list") {
  say("ID\\tName\\t\\tType\\tEnabled");
  state.sources.forEach(({ name, kind }, i) => say((i + 1) + "\\t" + name + "\\t" + kind + "\\ttrue"));
} else {
  const source = { name: option("--name"), kind: "OAuth2", key: option("--key"), secret: option("--secret"), url: option("--auto-discover-url") };
  if (!state.discovery) end(1, "Command error: Failed to initialize OpenID Connect Provider with name 'authentik'");
  if (action === "add-oauth") state.sources.push({ ...source, CustomURLMapping: null });
  if (action === "update-oauth") state.sources[option("--id") - 1] = { ...source, CustomURLMapping: {} };
}`;

/** The one question the scripts put to Forgejo's database. */
const sqlite3 = `
if (state.hidden) end(1, "Error: unable to open database file");
const [, removed, name] = /json_remove.cfg, '\\$[.](\\w+)'. FROM login_source WHERE name = '([^']+)'$/.exec(words.at(-1));
say(JSON.stringify({ ...state.sources.find((source) => source.name === name), [removed]: undefined }));`;

let programs: Programs;
let api: Api;
let unready: number;

beforeEach(async () => {
  const state: State = { users: {}, emails: {}, sources: [], discovery: true, broken: false };
  programs = fakePrograms({ forgejo, sqlite3 }, state);
  unready = 0;
  api = await serveApi(({ path, token = "" }) => {
    if (path === "/api/healthz") return { status: 200 };
    if (path.endsWith("/.well-known/openid-configuration"))
      return { status: unready-- > 0 ? 502 : 200, body: {} };
    const [name = "", given] = Buffer.from(token.replace("Basic ", ""), "base64").toString().split(":");
    return { status: programs.state<State>().users[name] === given ? 200 : 401 };
  });
});
afterEach(async () => {
  programs.remove();
  await api.close();
});

describe("the administrator", () => {
  const step = stepNamed("forgejo.create-admin");
  const password = testSecret("forgejo.adminPassword");
  const run = (seconds?: number) =>
    runScript(step, { "http://127.0.0.1:3000": api.url }, programs.path, seconds);

  test("is made once", async () => {
    expect(await run()).toEqual({ code: 0, out: "changed\n", err: "" });
    expect(programs.state<State>().users).toEqual({ kiteadmin: password });
    const before = programs.calls().length;
    expect(await run()).toEqual({ code: 0, out: "unchanged\n", err: "" });
    expect(programs.calls()).toHaveLength(before);
  });

  test("gets the generated password where it has another, which is how a new one arrives", async () => {
    programs.set({ ...programs.state<State>(), users: { me: "mine", kiteadmin: "old" }, emails: {} });
    expect((await run()).out).toBe("changed\n");
    expect(programs.state<State>().users).toEqual({ me: "mine", kiteadmin: password });
  });

  test("gets an e-mail of its own where somebody has the one that is meant for it", async () => {
    const emails = { owner: "admin@example.org" };
    programs.set({ ...programs.state<State>(), users: { owner: "mine" }, emails });
    expect((await run()).out).toBe("changed\n");
    expect(programs.state<State>().emails).toEqual({ ...emails, kiteadmin: "kiteadmin@localhost" });
  });

  test("says what to do where a right password is refused, as with a second factor", async () => {
    api.first.push({ status: 200 }, { status: 401 }, { status: 401 });
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toContain(
      "docker exec -u git forgejo forgejo admin user reset-mfa --username kiteadmin. Otherwise see under Site administration",
    );
  });

  test("waits while Forgejo starts, and gives up with a remedy", async () => {
    api.first.push({ status: 502 });
    expect((await run()).out).toBe("changed\n");
    api.first.push({ status: 502 });
    expect(await run(0)).toMatchObject({
      code: 1,
      err: expect.stringContaining("Forgejo does not answer at"),
    });
  });

  test("touches nothing while Forgejo cannot tell whether the password is right", async () => {
    api.first.push({ status: 200 }, { status: 500 });
    const { code, err } = await run();
    expect([code, err]).toEqual([
      1,
      "Forgejo did not say whether kiteadmin may sign in: docker logs forgejo\n",
    ]);
    expect(programs.calls()).toEqual([]);
  });

  test("is not made blindly when the list of users cannot be had", async () => {
    programs.set({ ...programs.state<State>(), broken: true });
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toContain("Forgejo does not list its users: docker logs forgejo");
  });
});

describe("the sign-on source", () => {
  const step = stepNamed("forgejo.add-oauth-source");
  const run = (seconds?: number) =>
    runScript(step, { "https://auth.example.org": api.url }, programs.path, seconds);
  const wanted = () => ({
    name: "authentik",
    kind: "OAuth2",
    key: "forgejo",
    secret: testSecret("forgejo.oidc"),
    url: `${api.url}/application/o/forgejo/.well-known/openid-configuration`,
  });

  test("is added once, and not added or changed the second time", async () => {
    expect((await run()).out).toBe("changed\n");
    expect(programs.state<State>().sources).toMatchObject([wanted()]);
    expect((await run()).out).toBe("unchanged\n");
    expect(programs.state<State>().sources).toMatchObject([wanted()]);
  });

  test("is updated with a new secret, which is told, and leaves other sources alone", async () => {
    const other = { name: "authentik of old", kind: "OAuth2" };
    programs.set({
      ...programs.state<State>(),
      sources: [other, { name: "authentik", kind: "OAuth2", secret: "old" }],
    });
    expect((await run()).out).toBe("changed\n");
    expect(programs.state<State>().sources).toMatchObject([other, wanted()]);
  });

  test("counts as changed where nobody can tell", async () => {
    await run();
    programs.set({ ...programs.state<State>(), hidden: true });
    expect((await run()).out).toBe("changed\n");
  });

  test("is not tried before Authentik answers, because Forgejo would refuse it", async () => {
    unready = 2;
    expect((await run()).out).toBe("changed\n");
    expect(api.asked).toHaveLength(3);
    unready = 1;
    const { code, err } = await run(0);
    expect(code).toBe(1);
    expect(err).toContain("/.well-known/openid-configuration. Are the tunnel up and the blueprints applied?");
  });

  test("says so where Forgejo cannot read the discovery document all the same", async () => {
    programs.set({ ...programs.state<State>(), discovery: false });
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toContain("Failed to initialize OpenID Connect Provider");
    expect(err).toContain("Forgejo refused the source authentik: see the line above");
  });

  test("does not overwrite a source of another kind with the same name", async () => {
    programs.set({ ...programs.state<State>(), sources: [{ name: "authentik", kind: "LDAP" }] });
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toContain("Forgejo has a source authentik of the kind LDAP: rename or delete it");
  });
});
