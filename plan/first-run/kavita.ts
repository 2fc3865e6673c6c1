import { secret, text } from "../../catalogue/text.ts";
import { signOnAnswers } from "./authentik.ts";
import { lender, nodeBeside, patience } from "./runners.ts";
import { nodeScript } from "./script.ts";
import type { StepBuilder, StepSource } from "./step.ts";

const values = ({ service, facts }: StepSource) => ({
  service: service.name,
  base: `http://${service.name}:${service.port}`,
  hub: facts.hub.name,
  user: "kiteadmin",
  email: facts.settings.site.adminEmail,
  password: text`${secret("kavita.adminPassword")}`,
  ...patience,
});

export const kavitaAdmin: StepBuilder = (source) => ({
  start: nodeBeside,
  input: nodeScript(["http.mjs", "kavita-account.mjs", "kavita-admin.mjs"], values(source)),
  needs: [lender],
});

/**
 * Kavita asks for the scopes that Authentik's discovery document lists, and keeps the list until it ends. At the first
 * `up` it starts before the blueprints, finds no document and asks for all it knows: so it starts again after this.
 */
export const kavitaSignOn: StepBuilder = (source) => ({
  start: nodeBeside,
  input: nodeScript(["http.mjs", "kavita-account.mjs", "kavita-oidc.mjs"], values(source)),
  needs: [lender, ...signOnAnswers.needs],
  after: [...signOnAnswers.after, "kavita.register-admin"],
  restartsAfterChange: true,
});
