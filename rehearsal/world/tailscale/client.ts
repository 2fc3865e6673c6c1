import type { Properties } from "../../provider/provider.ts";
import { credential } from "../kit/credential.ts";
import { sameSet } from "../kit/values.ts";
import type { OauthClient } from "../state/tailscale.ts";
import type { Workings } from "../workings.ts";
import { ownsTag } from "./access.ts";
import type { Policy } from "./policy-parts.ts";
import { policyInForce } from "./tailnet.ts";

/** The OAuth client that a provider was configured with; undefined with an API key or unknown credentials. */
export function clientOf(workings: Workings, config: Properties): OauthClient | undefined {
  const id = credential(workings, config, "oauthClientId", "TAILSCALE_OAUTH_CLIENT_ID");
  const secret = credential(workings, config, "oauthClientSecret", "TAILSCALE_OAUTH_CLIENT_SECRET");
  return workings.state.tailscale.oauthClients.find((client) => client.id === id && client.secret === secret);
}

/**
 * Why these tags may not be given to a key or a device, or undefined. A person hands out the tags that they own; an
 * OAuth client its own, all of them together, or tags that one of its own owns. The policy must define them all.
 */
export function tagProblem(workings: Workings, config: Properties, tags: string[]): string | undefined {
  const { tailscale } = workings.state;
  const policy = policyInForce(tailscale);
  const undefinedTags = tags.filter((tag) => !(tag in policy.tagOwners));
  if (undefinedTags.length > 0)
    return `the policy in force names no owner for ${undefinedTags.join(" ")} in tagOwners`;
  const client = clientOf(workings, config);
  if (client === undefined) {
    const foreign = tags.filter((tag) => !ownsTag(policy, tailscale.operator, tag));
    return foreign.length === 0 ? undefined : `${tailscale.operator} does not own ${foreign.join(" ")}`;
  }
  const own = [...(client.tags ?? [])];
  if (sameSet(own, tags) || tags.every((tag) => ownedBy(own, tag, policy))) return undefined;
  return `the OAuth client ${client.id} hands out ${own.length === 0 ? "no tags" : own.join(" with ")}`;
}

const ownedBy = (owners: readonly string[], tag: string, policy: Policy): boolean =>
  owners.some((owner) => policy.tagOwners[tag]?.includes(owner));
