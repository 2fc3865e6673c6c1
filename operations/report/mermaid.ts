import { hostOf } from "../../plan/make-plan.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Report } from "./report.ts";
import { marks } from "./services.ts";

/** The system as a picture that both forges draw: the way in, the services of this host, what needs what. */
export function mermaid({ stack, services }: Report, plan: Plan): string {
  const host = hostOf(plan, stack);
  const changed = new Map(services.map(({ name, what }) => [name, marks[what]]));
  const gone = services.filter(({ what }) => what === "is removed").map(({ name }) => name);
  const names = [...host.containers.map(({ name }) => name), ...gone];
  const isPublic = new Set(
    plan.edge.ingress.flatMap(({ service }) => /^http:\/\/([^:]+):/.exec(service)?.[1] ?? []),
  );
  const node = (name: string) => {
    const mark = changed.get(name);
    return `    ${id(name)}["${name}"]${mark === undefined ? "" : `:::${mark}`}`;
  };
  const elsewhere = plan.hosts
    .filter(({ name }) => name !== stack)
    .map(({ name }) => `  ${id(name)}host["${name}"]`);
  return [
    "### Picture",
    "",
    "```mermaid",
    "flowchart LR",
    `  internet((internet)) --> edge["Cloudflare: ${plan.edge.names.length} hostnames"]`,
    "  edge --> cloudflared",
    `  subgraph ${id(stack)}host["${stack}"]`,
    ...names.map(node),
    "  end",
    ...elsewhere,
    ...plan.hosts.filter(({ name }) => name !== stack).map(({ name }) => `  edge --> ${id(name)}host`),
    ...names.filter((name) => isPublic.has(name)).map((name) => `  cloudflared --> ${id(name)}`),
    ...host.containers
      .filter(({ name }) => name !== "cloudflared")
      .flatMap(({ name, needs }) => needs.map((needed) => `  ${id(name)} -.-> ${id(needed)}`)),
    "  classDef created stroke:#1a7f37,stroke-width:3px",
    "  classDef changed stroke:#9a6700,stroke-width:3px",
    "  classDef removed stroke:#cf222e,stroke-width:3px,stroke-dasharray:4",
    "```",
    "",
    "Green: new. Yellow: restarts or changes. Red: goes away.",
  ].join("\n");
}

/** Names have dashes, which Mermaid reads as arrows. */
const id = (name: string) => name.replaceAll("-", "_");
