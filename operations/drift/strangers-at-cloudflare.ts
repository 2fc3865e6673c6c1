import type { Plan } from "../../plan/plan.ts";
import type { StoredResource } from "../../rehearsal/engine/state.ts";
import type { CloudflareFound, ZoneRule } from "../inventory/inventory.ts";
import { kinds } from "../stack/kinds.ts";
import { type Finding, undeclared } from "./finding.ts";
import { idsOf, urnOf } from "./state.ts";

export function strangersAtCloudflare(
  found: CloudflareFound,
  resources: readonly StoredResource[],
  plan: Plan,
): Finding[] {
  const ids = idsOf(resources);
  const stack = plan.hub.name;
  return [
    ...found.records
      .filter(({ id }) => !ids(kinds.record).has(id))
      .map(({ id, name, type, content }) =>
        undeclared(
          "record",
          "Cloudflare",
          { name, id },
          {
            text: `DNS record ${name} ${type} ${content}`,
            repair: `delete it in Cloudflare's dashboard (DNS, Records, ${name})`,
            ...recordWays(name, type, plan),
          },
        ),
      ),
    ...found.rules
      .filter(({ rulesetId }) => !ids(kinds.ruleset).has(rulesetId))
      .map((rule) =>
        undeclared(
          "rule",
          "Cloudflare",
          { name: rule.id },
          { text: ruleText(rule), ...ruleWays(rule, plan) },
        ),
      ),
    ...found.tunnels
      .filter(({ id, deletedAt }) => deletedAt === "" && !ids(kinds.tunnel).has(id))
      .map(({ id, name, routes }) =>
        undeclared(
          "tunnel",
          "Cloudflare",
          { name, id },
          {
            text: `tunnel ${name}${routes.length > 0 ? ` with routes for ${routes.map(({ hostname }) => hostname).join(", ")}` : ""}`,
            repair: `delete it in Cloudflare's dashboard (Zero Trust, Networks, Tunnels, ${name})`,
          },
        ),
      ),
    ...found.tunnels
      .filter(({ id, deletedAt }) => deletedAt !== "" && ids(kinds.tunnel).has(id))
      .map(({ id, name, deletedAt }) => ({
        id: `Cloudflare/tunnel/${id}`,
        kind: "declared" as const,
        what: "tunnel",
        name,
        // The API goes on answering for it, so a refresh calls it unchanged.
        text: `was deleted by hand at ${deletedAt}; no connector can use it any more`,
        // Then the members: their connectors have the token of the tunnel that is gone.
        repair: [
          `npx pulumi up --stack ${stack} --ignore-protect --target-dependents --target-replace '${urnOf(resources, id)}'`,
          ...plan.hosts
            .filter(({ isHub }) => !isHub)
            .map(({ name: member }) => `npx pulumi up --stack ${member}`),
        ].join(" && "),
      })),
  ];
}

/**
 * The program makes records for names of services only: no other type, no wildcard, and one for each name. `pulumi import` is no
 * way: what is in a state without being in the program is deleted by the next `up`.
 */
function recordWays(name: string, type: string, { edge }: Plan): { readonly adopt?: string } {
  const isName = ["A", "AAAA", "CNAME"].includes(type) && !name.startsWith("*.");
  const label = name.slice(0, -edge.domain.length - 1);
  return !isName || edge.names.includes(name)
    ? {}
    : {
        adopt: `as a name of a service: delete it, and give \`${label}\` as its \`public.hostname\` or in \`alsoAt\` in catalogue/ (the record then leads to the tunnel)`,
      };
}

const REDIRECTS = "http_request_dynamic_redirect";

function ruleText({ phase, action, expression, description }: ZoneRule): string {
  const what = phase === REDIRECTS ? "redirect rule" : `rule (${action}) of ${phase}`;
  return `${what}${description === "" ? "" : ` “${description}”`} at Cloudflare for ${expression}`;
}

function ruleWays({ id, rulesetId, phase }: ZoneRule, plan: Plan) {
  const { domain, settings } = plan.edge;
  const rule = `zones/${settings.zoneId}/rulesets/${rulesetId}/rules/${id}`;
  return {
    repair: `curl --fail-with-body --request DELETE --header "Authorization: Bearer $CLOUDFLARE_API_TOKEN" https://api.cloudflare.com/client/v4/${rule}`,
    // The program's ruleset is the phase's only one: while another has rules, `up` is refused.
    ...(phase === REDIRECTS && {
      adopt: `for www.${domain} alone: delete it and set \`www: redirect\` in kitestacks:site`,
    }),
  };
}
