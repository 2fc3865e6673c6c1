import { shellIn } from "./runners.ts";
import { shellScript } from "./script.ts";
import type { StepBuilder } from "./step.ts";

/** Where OpenProject keeps what its sign-on settings become, and under which column their name. */
const tables = {
  ldap: { table: "ldap_auth_sources", column: "name" },
  oidc: { table: "auth_providers", column: "slug" },
};

export const openprojectSignOn: StepBuilder = ({ service, facts }) => ({
  // As the user of its web server: what the seeds make as root, that server could not change.
  start: shellIn(service.name, "app"),
  input: shellScript("openproject-sign-on.sh", {
    ...tables[facts.settings.services.openprojectLogin],
    name: "authentik",
    seconds: "300",
    pause: "20",
  }),
  // A whole Rails for the seeds, beside the one that serves.
  limitSeconds: 900,
});
