import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Settings } from "../settings/settings.ts";
import { fullHostname } from "./facts.ts";
import type { EdgePlan, IngressRule } from "./plan.ts";

/** Cloudflare refuses a tunnel configuration whose last rule is not a catch-all (API error 1056). */
const catchAll: IngressRule = { service: "http_status:404" };

/** One list for all connectors: Cloudflare picks any host, so every name is served by every host. */
export function edgePlan(settings: Settings, catalogue: Catalogue): EdgePlan {
  const { site, edge } = settings;
  const rules = publicHostnames(settings, catalogue).map(({ hostname, service }) => ({
    hostname,
    service: `http://${service.name}:${service.port}`,
  }));
  return {
    settings: edge,
    domain: site.domain,
    ingress: [...rules, catchAll],
    names: rules.map(({ hostname }) => hostname),
    redirect: site.www === "redirect" ? { from: `www.${site.domain}`, to: site.domain } : undefined,
  };
}

/** Every name that must answer, with its service, in the order of the catalogue. */
export function publicHostnames({ site }: Settings, catalogue: Catalogue) {
  return catalogue.flatMap((service) => {
    const face = service.public;
    const labels = face === undefined ? [] : [face.hostname, ...(face.alsoAt ?? [])];
    return labels.map((label) => ({ hostname: fullHostname(site.domain, label), service }));
  });
}
