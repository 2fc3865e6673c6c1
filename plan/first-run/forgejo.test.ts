import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Api, serveApi } from "./testing/api.ts";
import { fakePrograms, type Programs } from "./testing/programs.ts";
import { runScript, stepNamed, testSecret } from "./testing/run.ts";

interface State {
  users: Record<string, string>;
  sources: Record<string, unknown>[];
  discovery: boolean;
  broken: boolean;
}

/** The parts of `forgejo admin` that the scripts call, with the tables and refusals of the real one. */
const forgejo = `
if (state.broken) end(1, "Command error: unable to open database file");
const [, area, action] = words;
if (area === "user" && action === "list") {
  say("ID   Username Email             IsActive IsAdmin 2FA");
  Object.keys(state.users).forEach((name, i) => say((i + 1) + "    " + name + "  someone@example.org true     true    false"));
} else if (area === "user") {
  const exists = option("--username") in state.users;
  if (action === "create" && exists) end(1, "Command error: user already exists [name: " + option("--username") + "]");
  if (action === "change-password" && !exists) end(1, "Command error: user does not exist");
  state.users[option("--username")] = option("--password");
} else if (action === "list") {
  say("ID\\tName\\tType\\tEnabled");
  state.sources.forEach(({ name, kind }, i) => say((i + 1) + "\\t" + name + "\\t" + kind + "\\ttrue"));
} else {
  const source = { name: option("--name"), kind: "OAuth2", key: option("--key"), secret: option("--secret"), url: option("--auto-discover-url") };
  if (action === "add-oauth" && state.discovery) state.sources.push(source);
  if (action === "update-oauth") state.sources[option("--id") - 1] = source;
}`;

let programs: Programs;
let api: Api;
let unready: number;

beforeEach(async () => {
  programs = fakePrograms({ forgejo }, { users: {}, sources: [], discovery: true, broken: false });
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
  const run = () => runScript(step, { "http://127.0.0.1:3000": api.url }, programs.path);

  test("is made once", async () => {
    expect(await run()).toEqual({ code: 0, out: "changed\n", err: "" });
    expect(programs.state<State>().users).toEqual({ kiteadmin: password });
    const before = programs.calls().length;
    expect(await run()).toEqual({ code: 0, out: "unchanged\n", err: "" });
    expect(programs.calls()).toHaveLength(before);
  });

  test("gets the generated password where it has another, which is how a new one arrives", async () => {
    programs.set({ ...programs.state<State>(), users: { me: "mine", kiteadmin: "old" } });
    expect((await run()).out).toBe("changed\n");
    expect(programs.state<State>().users).toEqual({ me: "mine", kiteadmin: password });
  });

  test("waits while Forgejo starts, and gives up with a remedy", async () => {
    api.first.push({ status: 502 });
    expect((await run()).out).toBe("changed\n");
    api.first.push({ status: 502 }, { status: 502 }, { status: 502 });
    expect(await run()).toMatchObject({
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
  const run = () => runScript(step, { "https://auth.example.org": api.url }, programs.path);
  const wanted = () => ({
    name: "authentik",
    kind: "OAuth2",
    key: "forgejo",
    secret: testSecret("forgejo.oidc"),
    url: `${api.url}/application/o/forgejo/.well-known/openid-configuration`,
  });

  test("is added once, and put right the second time without becoming two", async () => {
    expect((await run()).out).toBe("changed\n");
    expect(programs.state<State>().sources).toEqual([wanted()]);
    expect((await run()).out).toBe("unchanged\n");
    expect(programs.state<State>().sources).toEqual([wanted()]);
  });

  test("is updated with a new secret and leaves other sources alone", async () => {
    const other = { name: "github", kind: "OAuth2" };
    programs.set({
      ...programs.state<State>(),
      sources: [other, { name: "authentik", kind: "OAuth2", secret: "old" }],
    });
    expect((await run()).code).toBe(0);
    expect(programs.state<State>().sources).toEqual([other, wanted()]);
  });

  test("is not tried before Authentik answers, because Forgejo would drop it", async () => {
    unready = 2;
    expect((await run()).out).toBe("changed\n");
    expect(api.asked).toHaveLength(3);
    unready = 3;
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toContain("/.well-known/openid-configuration. Are the tunnel up and the blueprints applied?");
  });

  test("tells when Forgejo dropped it all the same", async () => {
    programs.set({ ...programs.state<State>(), discovery: false });
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toContain("Forgejo dropped the source authentik again");
  });

  test("does not overwrite a source of another kind with the same name", async () => {
    programs.set({ ...programs.state<State>(), sources: [{ name: "authentik", kind: "LDAP" }] });
    const { code, err } = await run();
    expect(code).toBe(1);
    expect(err).toContain("Forgejo has a source authentik of the kind LDAP: rename or delete it");
  });
});
