import type { Facts } from "./facts.ts";
import { curl } from "./health.ts";
import type { Service } from "./service.ts";
import { secret, type Text, text } from "./text.ts";

/** E-books and manga. Books lie at the same path on every host, because the database stores it. */
export const kavita: Service = {
  name: "kavita",
  image: { reference: "jvmilazz0/kavita:0.9.1" },
  runsOn: "every host",
  port: 5000,
  public: {
    hostname: "kavita",
    title: "Kavita",
    purpose: "The library: e-books and manga, read in the browser",
    healthPath: "/api/health",
  },
  sso: {
    kind: "oidc",
    clientId: "kavita",
    redirectPath: "/signin-oidc",
    logoutPath: "/signout-callback-oidc",
    loginState: { kept: "per-host", how: "sealed with keys that lie in its own database" },
  },
  firstVisitor: { until: "register-admin" },
  health: () => curl("http://127.0.0.1:5000/api/health", { start: "1m0s" }),
  memory: { limit: 384, typical: 200 },
  data: { placement: "per-host", writable: true, what: "accounts and reading progress" },
  volumes: [
    { name: "kavita-config", path: "/kavita/config" },
    { name: "kavita-books", path: "/books" },
  ],
  // The list of scopes in Authentik's discovery document is asked for once, and kept until it ends.
  needs: ["authentik"],
  environment: ({ settings }) => ({
    TZ: settings.site.timezone, // of its nightly tasks
    DOTNET_gcServer: "0",
  }),
  files: (facts) => [{ path: "/kavita/config/appsettings.json", content: appsettings(facts) }],
  secrets: {
    tokenKey: {
      form: { kind: "password", length: 80 },
      rotation: "restart",
      purpose: "signs its own tokens",
    },
    oidc: { form: { kind: "hex", length: 32 }, rotation: "restart", purpose: "client secret at Authentik" },
    adminPassword: {
      form: { kind: "password", length: 32 },
      rotation: "step",
      purpose: "first administrator",
    },
  },
  firstRun: [
    {
      step: "register-admin",
      purpose: "first administrator",
      secrets: ["kavita.adminPassword"],
      gate: true,
    },
    {
      step: "oidc-settings",
      purpose: "account provisioning, in its settings API",
      secrets: ["kavita.adminPassword"],
    },
  ],
};

/** Kavita takes no settings from the environment; it rewrites this file, so it stays writable by root. */
function appsettings({ oidc }: Facts): Text {
  return text`{
  "TokenKey": "${secret("kavita.tokenKey")}",
  "Port": 5000,
  "IpAddresses": "",
  "BaseUrl": "/",
  "Cache": 50,
  "AllowIFraming": false,
  "OpenIdConnectSettings": {
    "Authority": "${oidc("kavita").issuer}",
    "ClientId": "${oidc("kavita").clientId}",
    "Secret": "${oidc("kavita").secret}",
    "CustomScopes": []
  }
}
`;
}
