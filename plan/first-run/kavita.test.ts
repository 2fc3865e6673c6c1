import { afterEach, beforeEach, expect, test } from "vitest";
import { type Api, type Asked, serveApi } from "./testing/api.ts";
import { runScript, stepNamed, testSecret } from "./testing/run.ts";

const admin = stepNamed("kavita.register-admin");
const signOn = stepNamed("kavita.oidc-settings");
const password = testSecret("kavita.adminPassword");

/** What its AccountController and SettingsController keep and answer. */
let users: Map<string, string>;
let settings: { readonly [key: string]: unknown; readonly oidcConfig: Readonly<Record<string, unknown>> };
let api: Api;

function answer({ method, path, body, token }: Asked) {
  const name = String(body["username"]);
  switch (`${method} ${path}`) {
    case "POST /api/Account/login":
      return users.get(name) === body["password"]
        ? { status: 200, body: { username: name, token: "jwt" } }
        : { status: 401, body: "Your credentials are not correct" };
    case "POST /api/Account/register":
      if (users.size > 0) return { status: 400, body: "Not allowed" };
      users.set(name, String(body["password"]));
      return { status: 200, body: { username: name, token: "jwt" } };
    case "GET /api/Settings":
      return token === "jwt" ? { status: 200, body: settings } : { status: 401 };
    case "POST /api/Settings":
      settings = body as typeof settings;
      return { status: 200, body: settings };
    default:
      return { status: 404 };
  }
}

beforeEach(async () => {
  users = new Map();
  settings = {
    cacheDirectory: "config/cache/",
    oidcConfig: {
      authority: "https://auth.example.org",
      secret: "****",
      provisionAccounts: false,
      defaultRoles: [],
      defaultLibraries: [],
      // AgeRating.Unknown, and nothing unknown: its defaults hide every series from a new account.
      defaultAgeRestriction: 0,
      defaultIncludeUnknowns: false,
    },
  };
  api = await serveApi(answer);
});
afterEach(() => api.close());

const run = (step: typeof admin, seconds?: number) =>
  runScript(step, { "http://kavita:5000": api.url }, undefined, seconds);

test("registers the first administrator, and finds it the second time", async () => {
  expect(await run(admin)).toEqual({ code: 0, out: "changed\n", err: "" });
  expect([...users]).toEqual([["kiteadmin", password]]);
  const before = api.asked.length;
  expect(await run(admin)).toEqual({ code: 0, out: "unchanged\n", err: "" });
  expect(api.asked.slice(before)).toEqual(["POST /api/Account/login"]);
});

test("says what to do where somebody else is the administrator", async () => {
  users.set("me", "mine");
  const { code, err } = await run(admin);
  expect(code).toBe(1);
  expect(err).toContain(
    "make a user kiteadmin with the role Admin and the password kavita.adminPassword of: pulumi stack output shared --show-secrets --stack cloud",
  );
});

test("sets the sign-on settings, keeps everything else, and writes nothing the second time", async () => {
  await run(admin);
  expect((await run(signOn)).out).toBe("changed\n");
  expect(settings).toMatchObject({
    cacheDirectory: "config/cache/",
    oidcConfig: {
      authority: "https://auth.example.org",
      secret: "****",
      provisionAccounts: true,
      requireVerifiedEmail: true,
      disablePasswordAuthentication: false,
    },
  });
  const before = api.asked.length;
  expect((await run(signOn)).out).toBe("unchanged\n");
  expect(api.asked.slice(before)).toEqual(["POST /api/Account/login", "GET /api/Settings"]);
});

test("lets new accounts see books: Kavita's own age limit for them leaves none", async () => {
  await run(admin);
  await run(signOn);
  expect(settings.oidcConfig).toMatchObject({ defaultAgeRestriction: -1, defaultIncludeUnknowns: true });
});

test("completes settings that were half done", async () => {
  await run(admin);
  settings = { ...settings, oidcConfig: { ...settings.oidcConfig, provisionAccounts: true } };
  expect((await run(signOn)).out).toBe("changed\n");
  expect(settings.oidcConfig["defaultRoles"]).toContain("Login");
});

test("refuses to go on with a wrong password", async () => {
  users.set("kiteadmin", "another");
  const { code, err } = await run(signOn);
  expect([code, err]).toEqual([1, expect.stringContaining("Kavita has an administrator already")]);
});

test("waits while Kavita starts, but not for ever, and never prints the password", async () => {
  api.first.push({ status: 502 }, { status: 500, body: "starting" });
  expect((await run(admin)).out).toBe("changed\n");
  api.first.push({ status: 500, body: `cannot store ${password}` });
  const { code, err } = await run(admin, 0);
  expect(code).toBe(1);
  expect(err).toContain("kavita does not answer POST /api/Account/login: 500; docker logs kavita");
  expect(err).not.toContain(password);
  api.first.push({ status: 418, body: `a teapot got ${password}` });
  expect((await run(admin)).err).toContain("Kavita did not sign kiteadmin in: 418 a teapot got …");
});

test("says so where nothing listens at all", async () => {
  await api.close();
  expect((await run(admin, 0)).err).toContain(
    "kavita does not answer POST /api/Account/login: connect ECONNREFUSED",
  );
  api = await serveApi(answer);
});
