import { parsePolicyText, withoutLayout } from "../../../formats/tailnet-policy.ts";
import { type Properties, ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import type { PropertyRule } from "../kit/schema.ts";
import { flag, text } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { failingTests } from "./access.ts";
import { parsePolicy } from "./policy.ts";
import { DEFAULT_POLICY } from "./tailnet.ts";

/** Puts a policy in force, or refuses it as Tailscale's API does: malformed, or one of its own tests fails. */
function putPolicy(workings: Workings, policy: string): void {
  const { tailscale } = workings.state;
  const failures = failingTests(parsePolicy(policy), tailscale);
  if (failures.length > 0) {
    throw new ProviderError(`Failed to set ACL: test(s) failed (400):\n  ${failures.join("\n  ")}`);
  }
  tailscale.policy = policy;
  tailscale.policyIsDefault = false;
}

export function aclKind(workings: Workings): ResourceKind {
  const { tailscale } = workings.state;
  const acl: PropertyRule = {
    required: true,
    same: (stored, wanted) =>
      typeof wanted === "string" &&
      typeof stored === "string" &&
      withoutLayout(stored) === withoutLayout(wanted),
  };
  return {
    schema: { inputs: { acl, overwriteExistingContent: {}, resetAclOnDestroy: {} }, outputs: [] },
    create({ inputs }) {
      if (!flag(inputs["overwriteExistingContent"]) && !tailscale.policyIsDefault) {
        throw new ProviderError(
          "Failed to set ACL: ! You seem to be trying to overwrite a non-default ACL with a tailscale_acl resource. " +
            'Before doing this, please import your existing ACL into Terraform state using "acl" as the id (412)',
        );
      }
      putPolicy(workings, text(inputs["acl"]));
      return { id: "acl", outputs: {} };
    },
    read: () => ({ id: "acl", outputs: { acl: tailscale.policy } }),
    update({ news }) {
      putPolicy(workings, text(news["acl"]));
      return { outputs: {} };
    },
    delete({ state }) {
      if (!flag(state["resetAclOnDestroy"])) return;
      tailscale.policy = DEFAULT_POLICY;
      tailscale.policyIsDefault = true;
    },
  };
}

/** The policy in force, as it was written and as plain JSON. */
export function getAcl({ state }: Workings): Properties {
  const { policy } = state.tailscale;
  return { id: "acl", hujson: policy, json: JSON.stringify(parsePolicyText(policy)) };
}
