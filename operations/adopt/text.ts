import type { AdoptedResource, Adoption } from "./adopt-on.ts";
import type { Verdict } from "./match.ts";

const order: readonly Verdict[] = [
  "needs a setting",
  "will be replaced",
  "will be updated",
  "imported unchanged",
  "not found",
  "made anew",
  "not known",
];

/** What becomes of every resource, the ones that need a decision first. */
export function adoptionText({ stack, resources, unreachable }: Adoption): string {
  const groups = order.flatMap((verdict) => {
    const list = resources.filter((one) => one.verdict === verdict);
    return list.length === 0
      ? []
      : [`### ${heading(verdict)} (${list.length})\n\n${list.map(line).join("\n")}`];
  });
  const silent = unreachable.map((why) => `- ${why}`).join("\n");
  return `${[
    `## ${stack}: what an existing install would become`,
    silent === "" ? "" : `### Not reachable\n\n${silent}`,
    ...groups,
  ]
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

const heading = (verdict: Verdict) => `${verdict[0]?.toUpperCase()}${verdict.slice(1)}`;

const line = ({ kind, name, why, id }: AdoptedResource) =>
  `- ${kind} ${name}${why === "" ? "" : `: ${why}`}${id === undefined ? "" : ` [${id.slice(0, 80)}]`}`;
