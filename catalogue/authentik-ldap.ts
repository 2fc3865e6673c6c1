import { authentikVersion } from "./authentik-settings.ts";
import type { Service } from "./service.ts";
import { secret, text } from "./text.ts";

/** LDAP outpost: how OpenProject's Community edition signs people on with their Authentik account. */
export const authentikLdap: Service = {
  name: "authentik-ldap",
  image: { reference: `ghcr.io/goauthentik/ldap:${authentikVersion}` },
  runsOn: "every host",
  port: 3389,
  sso: { kind: "none", why: "speaks LDAP to OpenProject only" },
  health: {
    none: "the image's own check (/ldap healthcheck) stands; nothing waits for it, as its token comes with the worker's blueprints",
  },
  memory: { limit: 64, typical: 15 },
  data: { placement: "none", writable: false, what: "answers from Authentik" },
  needs: ["authentik"],
  environment: () => ({
    AUTHENTIK_HOST: "http://authentik:9000",
    AUTHENTIK_INSECURE: "true",
    AUTHENTIK_TOKEN: text`${secret("authentik-ldap.token")}`,
  }),
  secrets: {
    // The worker's blueprint carries it into Authentik, as it does every client secret.
    token: { form: { kind: "hex", length: 32 }, rotation: "restart", purpose: "token of the LDAP outpost" },
    bindPassword: {
      form: { kind: "password", length: 40 },
      rotation: "step",
      purpose: "OpenProject's own LDAP login",
    },
  },
};
