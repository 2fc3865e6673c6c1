import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answer, type Api, type Asked, serveApi } from "./testing/api.ts";
import { fakePrograms, type Programs, passedOn } from "./testing/programs.ts";
import { runScript, secretsInArguments, stepNamed, testSecret } from "./testing/run.ts";

interface State {
  users: Record<string, string>;
  emails: Record<string, string>;
  /** Access tokens of kiteadmin by name. */
  tokens: Record<string, string>;
  /** Who has a second factor, who is no administrator, and who has to change the password first. */
  factors?: string[];
  plain?: string[];
  mustChange?: string[];
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
  Object.keys(state.users).forEach((name, i) => say((i + 1) + "    " + name + "  " + state.emails[name] + " true     true    " + (state.factors ?? []).includes(name)));
} else if (area === "user" && action === "create") {
  const name = option("--username"), email = option("--email");
  if (name in state.users) end(1, "Command error: CreateUser: user already exists [name: " + name + "]");
  if (Object.values(state.emails).includes(email)) end(1, "Command error: CreateUser: e-mail already in use [email: " + email + "]");
  state.emails[name] = email;
  state.users[name] = words.includes("--random-password") ? "invented" : option("--password");
  say("generated random password is 'invented'\\nNew user '" + name + "' has been successfully created!");
} else if (area === "user" && action === "must-change-password") {
  state.mustChange = (state.mustChange ?? []).filter((name) => name !== words.at(-1));
  say("Updated 1 users setting MustChangePassword to false");
} else if (area === "user" && action === "generate-access-token") {
  const name = option("--token-name");
  if (!(option("--username") in state.users)) end(1, "Command error: user does not exist [uid: 0, name: " + option("--username") + "]");
  if (name in state.tokens) end(1, "Command error: access token name has been used already");
  if (option("--scopes") !== "write:admin") end(1, "Command error: access token does not have any permission");
  state.tokens[name] = "token-of-" + name;
  say(state.tokens[name]);
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

/** The administrator's part of the API, with the refusals of routers/api/v1: tokens change passwords, passwords delete tokens. */
function answer({ method, path, token = "", body }: Asked): Answer {
  const state = programs.state<State>();
  if (token.startsWith("token ")) {
    const known = Object.values(state.tokens).includes(token.slice("token ".length));
    if (!known || `${method} ${path}` !== "PATCH /api/v1/admin/users/kiteadmin") return { status: 401 };
    if (state.mustChange?.includes("kiteadmin") || state.plain?.includes("kiteadmin")) return { status: 403 };
    programs.set({ ...state, users: { ...state.users, kiteadmin: body["password"] } });
    return { status: 200, body: { login: "kiteadmin" } };
  }
  const [name = "", given] = Buffer.from(token.replace("Basic ", ""), "base64").toString().split(":");
  if (state.users[name] !== given || state.factors?.includes(name)) return { status: 401 };
  const [, deleted] = /^[/]api[/]v1[/]users[/]kiteadmin[/]tokens[/](.+)$/.exec(path) ?? [];
  if (deleted === undefined)
    return {
      status: 200,
      body: Object.keys(state.tokens).map((one) => ({ name: one, scopes: ["write:admin"] })),
    };
  const { [deleted]: gone, ...tokens } = state.tokens;
  programs.set({ ...state, tokens });
  return { status: gone === undefined ? 404 : 204 };
}

beforeEach(async () => {
  const state: State = { users: {}, emails: {}, tokens: {}, sources: [], discovery: true, broken: false };
  programs = fakePrograms({ forgejo, sqlite3, curl: passedOn("curl"), awk: passedOn("awk") }, state);
  unready = 0;
  api = await serveApi((asked) => {
    if (asked.path === "/api/healthz") return { status: 200 };
    if (asked.path.endsWith("/.well-known/openid-configuration"))
      return { status: unready-- > 0 ? 502 : 200, body: {} };
    return answer(asked);
  });
});
afterEach(async () => {
  programs.remove();
  await api.close();
});

const calledForgejo = () => programs.calls().filter(([program]) => program === "forgejo");
const inArguments = () => secretsInArguments(programs.calls(), ["forgejo.adminPassword", "forgejo.oidc"]);

describe("the administrator", () => {
  const step = stepNamed("forgejo.create-admin");
  const password = testSecret("forgejo.adminPassword");
  const run = (seconds?: number) =>
    runScript(step, { "http://127.0.0.1:3000": api.url }, programs.path, seconds);

  test("is made once", async () => {
    expect(await run()).toEqual({ code: 0, out: "changed\n", err: "" });
    expect(programs.state<State>().users).toEqual({ kiteadmin: password });
    const before = calledForgejo().length;
    expect(await run()).toEqual({ code: 0, out: "unchanged\n", err: "" });
    expect(calledForgejo()).toHaveLength(before);
  });

  test("gets a password that no process has among its arguments, and no token outlives the step", async () => {
    await run();
    programs.set({ ...programs.state<State>(), users: { kiteadmin: "old" } });
    expect((await run()).out).toBe("changed\n");
    expect(programs.state<State>()).toMatchObject({ users: { kiteadmin: password }, tokens: {} });
    expect(programs.calls().filter(([program]) => program === "curl")).not.toEqual([]);
    expect(inArguments()).toEqual([]);
    expect(programs.calls().flat().join(" ")).not.toContain("token-of-");
  });

  test("loses what a run that broke off left behind, and nothing else", async () => {
    await run();
    const tokens = { "kitestacks-first-run-1700000000": "token-of-old", metrics: "mine" };
    programs.set({ ...programs.state<State>(), tokens });
    expect((await run()).out).toBe("unchanged\n");
    expect(programs.state<State>().tokens).toEqual({ metrics: "mine" });
  });

  test("may use the API at once, although an older Forgejo wants a new password of it first", async () => {
    programs.set({ ...programs.state<State>(), users: { kiteadmin: "old" }, mustChange: ["kiteadmin"] });
    expect((await run()).out).toBe("changed\n");
  });

  test("is not replaced where an ordinary user has its name", async () => {
    programs.set({ ...programs.state<State>(), users: { kiteadmin: "old" }, plain: ["kiteadmin"] });
    expect(await run()).toMatchObject({
      code: 1,
      err:
        "Forgejo did not take the password of kiteadmin (HTTP 403). Is it an administrator, active, and allowed to sign " +
        "in, under Site administration, User accounts?\n",
    });
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

  test("is left alone where it has a second factor, and the way to remove that is told", async () => {
    programs.set({ ...programs.state<State>(), users: { kiteadmin: password }, factors: ["kiteadmin"] });
    expect(await run()).toMatchObject({
      code: 1,
      err:
        "Forgejo asks kiteadmin for a second factor, with which no password alone signs in. It is removed by: docker exec " +
        "-u git forgejo forgejo admin user reset-mfa --username kiteadmin\n",
    });
    expect(programs.state<State>().tokens).toEqual({});
  });

  test("says what to do where a right password is refused", async () => {
    api.first.push({ status: 200 }, { status: 401 }, { status: 200 }, { status: 401 });
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toContain(
      "Forgejo took the password of kiteadmin and then refused it. See under Site administration",
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
    expect(calledForgejo()).toEqual([]);
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

  test("is the one place where a secret is an argument, because no interface of Forgejo takes it otherwise", async () => {
    await run();
    await run();
    expect(inArguments()).toEqual([
      "forgejo admin auth add-oauth: forgejo.oidc",
      "forgejo admin auth update-oauth: forgejo.oidc",
    ]);
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
