import { describe, expect, test } from "vitest";
import { factsOf } from "../image-facts.ts";
import type { Run } from "./types.ts";

const run = (env: Readonly<Record<string, string>>, command: string[] = []): Run => ({
  env,
  command,
  exposed: [],
  files: {},
  file: () => undefined,
  isMounted: () => false,
});

const admin = { WEBUI_ADMIN_EMAIL: "a@example.org", WEBUI_ADMIN_PASSWORD: "secret" };
const webui = "ghcr.io/open-webui/open-webui:v0.11.4-slim";
const karakeep = "ghcr.io/karakeep-app/karakeep:0.33.2";
const authentik = "ghcr.io/goauthentik/server:2026.8.3";

/** Ways into applications, as their sources have them; each entry of the facts names its own. */
describe("the ways in", () => {
  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    [
      webui,
      { ...admin, ENABLE_PERSISTENT_CONFIG: "False" },
      ["anybody makes an account from its second start on"],
    ],
    [webui, { ...admin, ENABLE_PERSISTENT_CONFIG: "False", ENABLE_SIGNUP: "False" }, []],
    // It keeps the switch that it turned itself at its first start.
    [webui, admin, []],
    [webui, { ENABLE_SIGNUP: "False" }, ["whoever signs up first becomes its administrator"]],
    ["openproject/openproject:17.8.0", {}, ["anybody asks for an account at its sign-up form"]],
    [
      "openproject/openproject:17.8.0",
      { OPENPROJECT_SELF__REGISTRATION: "1" },
      ["anybody asks for an account at its sign-up form"],
    ],
    ["openproject/openproject:17.8.0", { OPENPROJECT_SELF__REGISTRATION: "0" }, []],
    ["codeberg.org/forgejo/forgejo:15.0.9", {}, ["anybody makes an account at its sign-up form"]],
    ["codeberg.org/forgejo/forgejo:15.0.9", { FORGEJO__service__DISABLE_REGISTRATION: "true" }, []],
    [
      "codeberg.org/forgejo/forgejo:15.0.9",
      { FORGEJO__service__ALLOW_ONLY_EXTERNAL_REGISTRATION: "true" },
      [],
    ],
    ["grafana/grafana:13.2.3", {}, []],
    [
      "grafana/grafana:13.2.3",
      { GF_USERS_ALLOW_SIGN_UP: "true", GF_AUTH_ANONYMOUS_ENABLED: "true" },
      ["anybody makes an account at its sign-up form", "anybody is let in without an account"],
    ],
    [karakeep, { DISABLE_PASSWORD_AUTH: "true" }, ["whoever signs in first becomes its administrator"]],
    [
      karakeep,
      {},
      ["whoever signs in first becomes its administrator", "anybody makes an account at its sign-up form"],
    ],
    ["jvmilazz0/kavita:0.9.1", {}, ["whoever opens it first becomes its administrator"]],
    ["louislam/uptime-kuma:2.5.3-slim", {}, ["whoever opens it first becomes its administrator"]],
    ["nginx:1.29-alpine", {}, []],
  ])("of %s with %j", (image, env, ways) => {
    expect(
      factsOf(image)
        ?.doors?.(run(env))
        .map(({ how }) => how),
    ).toEqual(ways);
  });

  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    ["server", {}, []],
    ["worker", { AUTHENTIK_BOOTSTRAP_PASSWORD: "secret" }, []],
    ["worker", {}, ["whoever opens Authentik first sets akadmin's password"]],
    [
      "worker",
      { AUTHENTIK_BOOTSTRAP_PASSWORD_HASH: "hash", AUTHENTIK_BOOTSTRAP_TOKEN: "token" },
      ["AUTHENTIK_BOOTSTRAP_TOKEN makes a token with akadmin's rights that never expires"],
    ],
  ])("of Authentik's %s with %j", (command, env, ways) => {
    expect(
      factsOf(authentik)
        ?.doors?.(run(env, [command]))
        .map(({ how }) => how),
    ).toEqual(ways);
  });
});

test("people of Open WebUI who are no administrators see its models only where the setting says so", () => {
  const shortcomings = (env: Readonly<Record<string, string>>) => factsOf(webui)?.shortcomings?.(run(env));
  expect(shortcomings({})).toEqual([
    "people who are no administrators see no model: BYPASS_MODEL_ACCESS_CONTROL is not True",
  ]);
  expect(shortcomings({ BYPASS_MODEL_ACCESS_CONTROL: "True" })).toEqual([]);
});
