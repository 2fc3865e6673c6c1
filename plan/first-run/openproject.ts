import { shellIn } from "./runners.ts";
import { shellScript } from "./script.ts";
import type { StepBuilder } from "./step.ts";

/** Where OpenProject keeps what its sign-on settings become. */
const tables = { ldap: "ldap_auth_sources", oidc: "auth_providers" };

export const openprojectSignOn: StepBuilder = ({ service, facts }) => ({
  start: shellIn(service.name),
  input: shellScript("openproject-sign-on.sh", {
    table: tables[facts.settings.services.openprojectLogin],
    name: "authentik",
    tries: "2",
    pause: "20",
  }),
  // A whole Rails for the seeds, beside the one that serves.
  limitSeconds: 900,
});
