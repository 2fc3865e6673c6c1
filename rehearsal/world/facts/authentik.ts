import { httpNeed, listenAddress, portOf, settingOf, tcp } from "./configuration.ts";
import type { Door, ImageEntry, ImageFacts, Need, Run } from "./types.ts";

function database(run: Run): Need[] {
  return [
    {
      kind: "postgres",
      host: run.env["AUTHENTIK_POSTGRESQL__HOST"] ?? "localhost",
      port: portOf(run, "AUTHENTIK_POSTGRESQL__PORT", 5432),
      user: settingOf(run, "AUTHENTIK_POSTGRESQL__USER") || "authentik",
      password: settingOf(run, "AUTHENTIK_POSTGRESQL__PASSWORD"),
      database: run.env["AUTHENTIK_POSTGRESQL__NAME"] || "authentik",
      fatal: true,
    },
  ];
}

function startProblem(run: Run): string | undefined {
  if (!["server", "worker"].includes(run.command[0] ?? "")) {
    return 'authentik needs the command "server" or "worker"; without it the container exits 0 in a loop';
  }
  if (settingOf(run, "AUTHENTIK_SECRET_KEY") === "")
    return "AUTHENTIK_SECRET_KEY is empty: secret key missing";
  return undefined;
}

function bootstrapDoors(run: Run): Door[] {
  if (run.command[0] !== "worker") return [];
  const password = ["AUTHENTIK_BOOTSTRAP_PASSWORD", "AUTHENTIK_BOOTSTRAP_PASSWORD_HASH"];
  return [
    ...(settingOf(run, "AUTHENTIK_BOOTSTRAP_TOKEN") === ""
      ? []
      : [
          {
            kind: "token" as const,
            how: "AUTHENTIK_BOOTSTRAP_TOKEN makes a token with akadmin's rights that never expires",
          },
        ]),
    ...(password.every((name) => settingOf(run, name) === "")
      ? [
          {
            kind: "first visitor" as const,
            how: "whoever opens Authentik first sets akadmin's password",
            data: "",
          },
        ]
      : []),
  ];
}

const server: ImageFacts = {
  source: "authentik documentation and release notes 2026.8",
  user: "1000",
  tools: { ak: "own", sh: "shell", bash: "shell", timeout: "other" },
  listens: (run) => {
    if (run.command[0] !== "server") return [tcp(9300)];
    const http = listenAddress(run.env["AUTHENTIK_LISTEN__HTTP"] ?? "") ?? tcp(9000);
    return [http, listenAddress(run.env["AUTHENTIK_LISTEN__HTTPS"] ?? "") ?? tcp(9443), tcp(9300)];
  },
  problem: startProblem,
  needs: database,
  // Worker, before its first task, on an empty database: its blueprint "authentik Bootstrap" (blueprints/system/bootstrap.yaml)
  // makes what these variables name. Without a password whoever opens /if/flow/initial-setup/ first sets akadmin's.
  doors: bootstrapDoors,
  wrongPaths: { "/-/health/": "answers 404; use /-/health/live/ or /-/health/ready/" },
  // A tuned worker idles at 250 MiB, a server at 480 (upstream issues #25683, #17869, estimated); the smaller one holds for the image.
  minimumMiB: 250,
  startSeconds: 120,
};

const ldap: ImageFacts = {
  source:
    "authentik outpost documentation; its health check stands in upstream's ldap.Dockerfile: /ldap healthcheck",
  user: "1000",
  tools: { "/ldap": "own" },
  listens: () => [tcp(3389), tcp(6636), tcp(9300)],
  problem: (run) => {
    const missing = ["AUTHENTIK_HOST", "AUTHENTIK_TOKEN"].filter((name) => settingOf(run, name) === "");
    return missing.length > 0 ? `env ${missing.join(" and ")} not set` : undefined;
  },
  needs: (run) => httpNeed(run.env["AUTHENTIK_HOST"]),
  minimumMiB: 15,
};

export const AUTHENTIK_IMAGES: readonly ImageEntry[] = [
  { repositories: ["ghcr.io/goauthentik/server"], facts: server },
  { repositories: ["ghcr.io/goauthentik/ldap"], facts: ldap },
];
