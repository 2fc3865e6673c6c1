import { secret, text } from "../../catalogue/text.ts";
import { lender, nodeBeside, patience } from "./runners.ts";
import { nodeScript } from "./script.ts";
import type { StepBuilder } from "./step.ts";

/** The address people open it at is the host's on the tailnet; the script reaches it by name. */
export const portainerSignOn: StepBuilder = ({ service, facts }) => {
  const { clientId, redirectUri, authorize, token, userinfo, endSession, ...oidc } = facts.oidc("portainer");
  return {
    start: nodeBeside,
    input: nodeScript(["http.mjs", "portainer-oauth.mjs"], {
      service: service.name,
      base: `https://${service.name}:${service.port}`,
      hub: facts.hub.name,
      user: "admin",
      password: text`${secret("portainer.adminPassword")}`,
      client: clientId,
      secret: oidc.secret,
      redirect: redirectUri,
      authorize,
      token,
      userinfo,
      endSession,
      ...patience,
    }),
    needs: [lender],
  };
};
