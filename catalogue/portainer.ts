import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

const passwordFile = "/run/portainer_password";

/** Docker in the browser, never public: on the tailnet address, with a local administrator as the way in. */
export const portainer: Service = {
  name: "portainer",
  image: { reference: "portainer/portainer-ce:2.45.1" },
  runsOn: "every host",
  mayBeLeftOut: true,
  port: 9443,
  tailnetPorts: [{ port: 9443, reachedBy: "people" }],
  sso: {
    kind: "oidc on the tailnet",
    clientId: "portainer",
    port: 9443,
    redirectPath: "/",
    title: "Portainer",
    purpose: "Containers of a host, at its tailnet address",
  },
  health: { none: "the image has no shell" },
  memory: { limit: 128, typical: 70 },
  data: { placement: "per-host", writable: true, what: "its own users and settings" },
  volumes: [{ name: "portainer-data", path: "/data" }],
  hostPaths: () => [{ hostPath: "/var/run/docker.sock", path: "/var/run/docker.sock", writable: true }],
  // No --trusted-origins: nothing stands between it and the browser, so that the origin is its own address. The flag
  // took bare host names until April 2026, and Portainer does not start with one since.
  command: () => ["-H", "unix:///var/run/docker.sock", `--admin-password-file=${passwordFile}`],
  files: () => [{ path: passwordFile, mode: "0400", content: text`${secret("portainer.adminPassword")}` }],
  secrets: {
    adminPassword: {
      form: { kind: "password", length: 32 },
      rotation: "step",
      purpose: "the local administrator",
    },
    oidc: { form: { kind: "hex", length: 32 }, rotation: "step", purpose: "client secret at Authentik" },
  },
  firstRun: [
    {
      step: "oauth-settings",
      purpose: "sign-on with Authentik, in its settings API",
      secrets: ["portainer.adminPassword", "portainer.oidc"],
      rotates: ["portainer.oidc"],
    },
  ],
};
