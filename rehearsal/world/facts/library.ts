import { httpNeed, portOf, settingOf, tcp } from "./configuration.ts";
import type { ImageEntry, ImageFacts } from "./types.ts";

const karakeep: ImageFacts = {
  source: "Karakeep 0.33.2 Dockerfile: Debian with Node, wget and curl; memory estimated",
  user: "0",
  tools: { wget: "http", curl: "http", sh: "shell", node: "other", timeout: "other" },
  listens: (run) => [tcp(portOf(run, "PORT", 3000))],
  problem: (run) => {
    const missing = ["NEXTAUTH_SECRET", "DATA_DIR"].filter((name) => settingOf(run, name) === "");
    return missing.length > 0 ? `${missing.join(" and ")} must be set` : undefined;
  },
  needs: ({ env }) => [
    ...httpNeed(env["MEILI_ADDR"]),
    ...httpNeed(env["BROWSER_WEB_URL"]),
    ...httpNeed(env["OPENAI_BASE_URL"]),
  ],
  // apps/web/server/auth.ts and createRaw in packages/trpc/models/users.ts: the first account is an administrator's, the
  // role stands in table `user`. packages/trpc/routers/users.ts: no sign-up with a password with DISABLE_PASSWORD_AUTH.
  doors: ({ env }) => [
    {
      kind: "first visitor",
      how: "whoever signs in first becomes its administrator",
      data: "/data",
      madeBy: /INSERT INTO user /,
    },
    ...(env["DISABLE_PASSWORD_AUTH"] === "true" || env["DISABLE_SIGNUPS"] === "true"
      ? []
      : [{ kind: "sign-up" as const, how: "anybody makes an account at its sign-up form" }]),
  ],
  minimumMiB: 200,
};

const chrome: ImageFacts = {
  source:
    "Dockerfiles of Karakeep 0.33.2 and headless-shell: Debian with bash and socat, no HTTP client, uid 65534",
  user: "65534",
  tools: {},
  listens: () => [tcp(9222)],
  minimumMiB: 100,
};

const kavita: ImageFacts = {
  source: "Kavita 0.9 Dockerfile and source: Ubuntu with curl, port fixed, rewrites its appsettings.json",
  user: "0",
  command: ["/entrypoint.sh"],
  tools: { curl: "http", sh: "shell", bash: "shell" },
  listens: () => [tcp(5000)],
  writable: ["/kavita/config/appsettings.json"],
  // Controllers/AccountController.cs: `register` takes anybody while no account has the role Admin, and nobody afterwards.
  doors: () => [
    {
      kind: "first visitor",
      how: "whoever opens it first becomes its administrator",
      data: "/kavita/config",
      madeBy: /\/api\/Account\/register/,
    },
  ],
  minimumMiB: 150,
};

export const LIBRARY_IMAGES: readonly ImageEntry[] = [
  { repositories: ["ghcr.io/karakeep-app/karakeep"], facts: karakeep },
  { repositories: ["ghcr.io/karakeep-app/karakeep-chrome", "chromedp/headless-shell"], facts: chrome },
  { repositories: ["jvmilazz0/kavita", "ghcr.io/kareadita/kavita"], facts: kavita },
];
