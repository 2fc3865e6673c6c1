import { groups } from "../../catalogue/directory.ts";
import { secret, text } from "../../catalogue/text.ts";
import { signOnAnswers } from "./authentik.ts";
import { patience, shellIn } from "./runners.ts";
import { shellScript } from "./script.ts";
import type { StepBuilder } from "./step.ts";

/** Forgejo refuses to run as root. */
const start = shellIn("forgejo", "git");

export const forgejoAdmin: StepBuilder = ({ service, facts }) => ({
  start,
  input: shellScript("forgejo-admin.sh", {
    api: `http://127.0.0.1:${service.port}`,
    user: "kiteadmin",
    email: facts.settings.site.adminEmail,
    password: text`${secret("forgejo.adminPassword")}`,
    ...patience,
  }),
});

/**
 * The source's name is the part of the redirect path that tells Forgejo which one answers. The running server keeps a
 * source as it read it first: without a start it would send Authentik the old client secret for ever.
 */
export const forgejoSignOn: StepBuilder = ({ facts }) => {
  const { clientId, secret, discovery } = facts.oidc("forgejo");
  return {
    start,
    input: shellScript("forgejo-oauth.sh", {
      name: "authentik",
      client: clientId,
      secret,
      discovery,
      admins: groups.admins,
      ...patience,
    }),
    needs: signOnAnswers.needs,
    after: [...signOnAnswers.after, "forgejo.create-admin"],
    restartsAfterChange: true,
  };
};
