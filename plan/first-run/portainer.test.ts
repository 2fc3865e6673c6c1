import { afterEach, beforeEach, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../make-plan.ts";
import { exampleSettings } from "../testing.ts";
import { type Api, type Asked, serveApi } from "./testing/api.ts";
import { runScript, stepNamed, testSecret } from "./testing/run.ts";

const step = stepNamed("portainer.oauth-settings");

let password: string;
let settings: { AuthenticationMethod: number; LogoURL: string; OAuthSettings: Record<string, unknown> };
let api: Api;

/** As Portainer 2.43 answers: settings without the client secret; a PUT replaces the settings it names. */
function answer({ method, path, body, token }: Asked) {
  switch (`${method} ${path}`) {
    case "POST /api/auth":
      return body["Password"] === password && body["Username"] === "admin"
        ? { status: 200, body: { jwt: "jwt" } }
        : { status: 422, body: { message: "Invalid credentials", details: "Unauthorized" } };
    case "GET /api/settings": {
      const { ClientSecret: _hidden, ...shown } = settings.OAuthSettings;
      return token === "jwt" ? { status: 200, body: { ...settings, OAuthSettings: shown } } : { status: 401 };
    }
    case "PUT /api/settings":
      if (token !== "jwt") return { status: 401 };
      settings = { ...settings, ...body };
      return { status: 200, body: settings };
    default:
      return { status: 404 };
  }
}

beforeEach(async () => {
  password = testSecret("portainer.adminPassword");
  settings = { AuthenticationMethod: 1, LogoURL: "", OAuthSettings: {} };
  api = await serveApi(answer);
});
afterEach(() => api.close());

const run = (seconds?: number) =>
  runScript(step, { 'https://portainer:9443"': `${api.url}"` }, undefined, seconds);

test("switches to OAuth with the tailnet address as the way back, once", async () => {
  expect(await run()).toEqual({ code: 0, out: "changed\n", err: "" });
  expect(settings).toMatchObject({
    AuthenticationMethod: 3,
    OAuthSettings: {
      ClientID: "portainer",
      ClientSecret: testSecret("portainer.oidc"),
      AuthorizationURI: "https://auth.example.org/application/o/authorize/",
      RedirectURI: "https://100.64.0.2:9443/",
      Scopes: "openid profile email",
      SSO: true,
    },
  });
  const before = structuredClone(settings);
  expect((await run()).out).toBe("unchanged\n");
  expect(settings).toEqual(before);
});

test("completes what was half done, and takes a new client secret that it cannot see", async () => {
  await run();
  settings.AuthenticationMethod = 1;
  settings.OAuthSettings["ClientSecret"] = "old";
  expect((await run()).out).toBe("changed\n");
  expect(settings).toMatchObject({
    AuthenticationMethod: 3,
    OAuthSettings: { ClientSecret: testSecret("portainer.oidc") },
  });
});

test("says what to do about a password that was changed by hand", async () => {
  password = "by hand";
  const { code, err } = await run();
  expect(code).toBe(1);
  expect(err).toContain(
    "Portainer does not let admin in with the generated password (422). Was it changed by hand?",
  );
  expect(settings.AuthenticationMethod).toBe(1);
});

test("says what to do where Portainer shuts its address out", async () => {
  api.first.push({ status: 403, body: { message: "Access denied", details: "Access denied to resource" } });
  expect(await run()).toMatchObject({
    code: 1,
    err: expect.stringContaining("and this one is: docker restart portainer ends it"),
  });
  expect(settings.AuthenticationMethod).toBe(1);
});

test("Portainer is started without --trusted-origins: a bare host name keeps it from starting", () => {
  const { hub } = makePlan(exampleSettings(), catalogue);
  expect(hub.containers.find(({ name }) => name === "portainer")?.command).toEqual([
    "-H",
    "unix:///var/run/docker.sock",
    "--admin-password-file=/run/portainer_password",
  ]);
});

test("waits for a slow start and gives up on a broken one", async () => {
  api.first.push({ status: 503 });
  expect((await run()).out).toBe("changed\n");
  api.first.push({ status: 500 });
  expect(await run(0)).toMatchObject({
    code: 1,
    err: expect.stringContaining("portainer does not answer POST /api/auth: 500; docker logs portainer"),
  });
});
