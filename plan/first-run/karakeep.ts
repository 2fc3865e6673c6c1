import { nodeIn, patience } from "./runners.ts";
import { nodeScript } from "./script.ts";
import type { StepBuilder } from "./step.ts";

/**
 * Karakeep makes whoever signs in first its administrator, and knows no group of Authentik's. So the account of the
 * person who is administrator is there before anybody can come: a first sign-in joins the account with its address
 * (OAUTH_ALLOW_DANGEROUS_EMAIL_ACCOUNT_LINKING; Authentik's administrators give addresses out).
 */
export const karakeepAdmin: StepBuilder = ({ service, container, facts }) => ({
  start: nodeIn(service.name),
  input: nodeScript(["karakeep-admin.mjs"], {
    database: `${String(container.environment["DATA_DIR"])}/db.db`,
    // next-auth, with which Karakeep signs people in, asks for addresses in small letters.
    email: facts.settings.site.adminEmail.toLowerCase(),
    ...patience,
  }),
});
