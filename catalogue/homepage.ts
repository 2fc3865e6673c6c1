import { wget } from "./health.ts";
import type { Service } from "./service.ts";

/** The portal: nginx with the static start page, built from `portal/`. */
export const homepage: Service = {
  name: "homepage",
  image: { build: "portal", baseArgument: "NGINX_IMAGE", base: "nginx:1.29.3-alpine" },
  runsOn: "every host",
  port: 80,
  public: {
    hostname: "@",
    alsoAt: ["www"],
    title: "Portal",
    purpose: "Front door: the state of both hosts, recent activity, the way to everything",
    healthPath: "/healthz",
  },
  sso: { kind: "none", why: "public start page without accounts" },
  health: () => wget("http://127.0.0.1/healthz", { start: "5s" }),
  memory: { limit: 48, typical: 8 },
  data: { placement: "none", writable: false, what: "static files" },
  // Uploads need a writable root file system, so the container is not read-only.
  files: ({ portalFiles }) => portalFiles(),
};
