import { catalogue } from "../../catalogue/catalogue.ts";
import type { Plan } from "../../plan/plan.ts";
import { judge } from "../../promises/all.ts";
import type { PromiseId, Verdict } from "../../promises/observed.ts";
import { observePlan } from "../observe-plan.ts";
import type { Report } from "../report/report.ts";
import { marks } from "../report/services.ts";
import { type Picture, pictureOf } from "./data.ts";

/** Promises about what images and their applications really do: a plan does not tell, a rehearsal does. */
const needImages: Partial<Record<PromiseId, string>> = {
  P1: "where processes listen",
  P3: "where processes listen",
  P10: "where processes listen",
  P14: "which ways in an application leaves open",
};

/** The system as it would be after merging, with what changes on the previewed stack marked. */
export function pictureOfPlan(plan: Plan, report: Report): Picture {
  const observed = observePlan(plan, catalogue, () => []);
  return pictureOf(
    observed,
    judge(observed).map(withoutImages),
    {
      title: `KiteStacks after merging, changes on ${report.stack} marked`,
      note: "Made from the settings and the preview. Nothing was brought up; the rehearsal is what proves the promises.",
    },
    new Map(report.services.map(({ name, what }) => [`${report.stack}/${name}`, marks[what]])),
  );
}

function withoutImages(verdict: Verdict): Verdict {
  const what = needImages[verdict.id];
  return what === undefined
    ? verdict
    : { ...verdict, verdict: "not checked", evidence: [`${what} is known in a rehearsal only`] };
}
