import { httpNeed, missingFile, option, portOf, settingOf, tcp } from "./configuration.ts";
import type { Door, ImageEntry, ImageFacts, Need, Run } from "./types.ts";

const forgejo: ImageFacts = {
  source:
    "Forgejo documentation and image source: Alpine with bash, curl, git, sqlite; runs as USER_UID (1000)",
  user: "1000",
  command: ["/usr/bin/s6-svscan", "/etc/s6"],
  tools: {
    curl: "http",
    wget: "http",
    sh: "shell",
    bash: "shell",
    git: "other",
    forgejo: "other",
    timeout: "other",
  },
  listens: (run) => {
    const http = tcp(portOf(run, "FORGEJO__server__HTTP_PORT", 3000));
    return run.env["FORGEJO__server__DISABLE_SSH"] === "true" ? [http] : [http, tcp(22)];
  },
  // modules/setting/service.go: both are off by default; routers/web/auth/auth.go shows no sign-up form with either one.
  doors: ({ env }) =>
    ["DISABLE_REGISTRATION", "ALLOW_ONLY_EXTERNAL_REGISTRATION"].some(
      (name) => env[`FORGEJO__service__${name}`] === "true",
    )
      ? []
      : [{ kind: "sign-up", how: "anybody makes an account at its sign-up form" }],
  minimumMiB: 100,
};

const openproject: ImageFacts = {
  source:
    "OpenProject 17 Dockerfile: all-in-one with its own Postgres 17 on PATH, first boot 2–5 min; memory estimated",
  user: "0",
  command: ["./docker/prod/supervisord"],
  tools: { curl: "http", sh: "shell", bash: "shell", bundle: "other", psql: "postgres", timeout: "other" },
  listens: () => [tcp(80)],
  problem: (run) => (settingOf(run, "SECRET_KEY_BASE") === "" ? "SECRET_KEY_BASE is not set" : undefined),
  // config/constants/settings/definition.rb (self_registration, 2 by default) and app/models/setting/self_registration.rb:
  // 0 off, 1 by e-mail, 2 an administrator confirms, 3 at once. First logins by LDAP and OpenID Connect come before that
  // question in app/services/users/register_user_service.rb, the latter unless the provider limits it.
  doors: ({ env }) =>
    env["OPENPROJECT_SELF__REGISTRATION"] === "0"
      ? []
      : [{ kind: "sign-up", how: "anybody asks for an account at its sign-up form" }],
  minimumMiB: 950,
  startSeconds: 300,
};

/** Python's `os.getenv(name, default).lower() == "true"`, as Open WebUI reads its switches. */
function isOn({ env }: Run, name: string, byDefault: boolean): boolean {
  return (env[name] ?? String(byDefault)).toLowerCase() === "true";
}

/**
 * `signup` in routers/auths.py: open to everybody while there is no account, then as `ui.enable_signup` says. That is
 * ENABLE_SIGNUP at every start unless settings are kept (ENABLE_PERSISTENT_CONFIG), and is switched off, in memory or for
 * good, where main.py makes the administrator of WEBUI_ADMIN_* at its start. Run on 2026-11-28: 0.11.4, two starts.
 */
function openWebuiDoors(run: Run): Door[] {
  const hasAdministrator = ["WEBUI_ADMIN_EMAIL", "WEBUI_ADMIN_PASSWORD"].every(
    (name) => settingOf(run, name) !== "",
  );
  const forgets = !isOn(run, "ENABLE_PERSISTENT_CONFIG", true);
  return [
    ...(hasAdministrator
      ? []
      : [
          {
            kind: "first visitor" as const,
            how: "whoever signs up first becomes its administrator",
            data: "/app/backend/data",
          },
        ]),
    ...(isOn(run, "ENABLE_SIGNUP", true) && forgets
      ? [{ kind: "sign-up" as const, how: "anybody makes an account from its second start on" }]
      : []),
  ];
}

const openWebui: ImageFacts = {
  source:
    "Open WebUI 0.11.4, started with the packages of its full and of its slim image; both have curl and jq",
  user: "0",
  command: ["bash", "start.sh"],
  tools: { curl: "http", jq: "other", sh: "shell", bash: "shell", python3: "http" },
  listens: (run) => [tcp(portOf(run, "PORT", 8080))],
  needs: ({ env }) => httpNeed(env["OPENAI_API_BASE_URL"]),
  doors: openWebuiDoors,
  // utils/models.py and routers/openai.py: a model that nobody has configured is an administrator's alone. Run likewise.
  shortcomings: (run) =>
    isOn(run, "BYPASS_MODEL_ACCESS_CONTROL", false)
      ? []
      : ["people who are no administrators see no model: BYPASS_MODEL_ACCESS_CONTROL is not True"],
  // It loads an embedding model at its start, whatever the settings say.
  minimumMiB: 900,
};

function sharedRedis(run: Run): Need[] {
  const host = run.env["REDIS_HOST"];
  if (host === undefined) return [];
  return [
    {
      kind: "redis",
      host,
      port: portOf(run, "REDIS_PORT", 6379),
      user: "",
      password: settingOf(run, "REDIS_PASSWORD"),
      database: "",
      // What LiteLLM does without Redis is unknown (LiteLLM documentation 1.103).
      fatal: false,
    },
  ];
}

const litellm: ImageFacts = {
  source: "LiteLLM 1.103 Dockerfile: Wolfi with the python3 of its own environment on PATH",
  user: "0",
  command: ["--port", "4000"],
  tools: { python3: "http", sh: "shell" },
  listens: (run) => [tcp(Number(option(run, "--port") ?? 4000))],
  problem: (run) => {
    if (!settingOf(run, "LITELLM_MASTER_KEY").startsWith("sk-"))
      return "LITELLM_MASTER_KEY must start with sk-";
    return missingFile(run, "--config");
  },
  needs: sharedRedis,
  wrongPaths: {
    "/health": "needs the key and makes real LLM calls, which burn the free quota; use /health/liveliness",
  },
  paths: ["/health/liveliness", "/health/liveness", "/health/readiness"],
  minimumMiB: 350,
};

export const WORK_IMAGES: readonly ImageEntry[] = [
  {
    repositories: ["codeberg.org/forgejo/forgejo", "data.forgejo.org/forgejo/forgejo"],
    tags: /rootless/,
    facts: {
      ...forgejo,
      listens: (run) => [tcp(portOf(run, "FORGEJO__server__HTTP_PORT", 3000)), tcp(2222)],
    },
  },
  { repositories: ["codeberg.org/forgejo/forgejo", "data.forgejo.org/forgejo/forgejo"], facts: forgejo },
  {
    repositories: ["openproject/openproject"],
    tags: /slim/,
    facts: { ...openproject, listens: () => [tcp(8080)], minimumMiB: 400 },
  },
  { repositories: ["openproject/openproject"], facts: openproject },
  {
    repositories: ["ghcr.io/open-webui/open-webui"],
    tags: /slim/,
    facts: { ...openWebui, minimumMiB: 280 },
  },
  { repositories: ["ghcr.io/open-webui/open-webui"], facts: openWebui },
  { repositories: ["ghcr.io/berriai/litellm", "docker.litellm.ai/berriai/litellm"], facts: litellm },
];
