import { shellIn } from "./runners.ts";
import { shellScript } from "./script.ts";
import type { StepBuilder } from "./step.ts";

/** Where the image looks for blueprints, and the folder of it that is ours. */
const root = "/blueprints/";
const ours = `${root}custom/`;

/** Nothing to do while no blueprint lies on the worker. */
export const applyBlueprints: StepBuilder = ({ container }) => {
  const blueprints = container.files
    .filter(({ path }) => path.startsWith(ours))
    .map(({ path }) => path.slice(root.length));
  if (blueprints.length === 0) return undefined;
  return {
    start: shellIn(container.name),
    input: shellScript("authentik-blueprints.sh", {
      blueprints: blueprints.join(" "),
      seconds: "300",
      pause: "10",
    }),
    limitSeconds: 900,
  };
};

/** What a step that talks to Authentik from outside waits for: the blueprints, and a way in. */
export const signOnAnswers = {
  needs: ["authentik", "cloudflared"],
  after: ["authentik-worker.apply-blueprints"],
};
