import { ProviderError } from "../../provider/provider.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import type { PropertyRule } from "../kit/schema.ts";
import { flag, number, text, texts } from "../kit/values.ts";
import type { TailnetKey } from "../state.ts";
import type { Workings } from "../workings.ts";
import { clientOf, tagProblem } from "./client.ts";
import { toTheSecond } from "./device.ts";

const SECONDS_PER_DAY = 86_400;

function isInvalid(workings: Workings, key: TailnetKey | undefined): boolean {
  if (!key || key.revoked || key.expiresAt <= workings.state.clock) return true;
  return !key.reusable && key.uses > 0;
}

/** `recreateIfInvalid` unset: a reusable key is made again once it is invalid, a one-time key is not. */
function recreates(rule: string, reusable: boolean): boolean {
  return rule === "always" || (rule === "" && reusable);
}

export function keyKind(workings: Workings): ResourceKind {
  const { state, mint } = workings;
  const { tailscale } = state;
  const replaced = (more: PropertyRule = {}): PropertyRule => ({ replaces: true, ...more });
  return {
    schema: {
      inputs: {
        reusable: replaced({ default: false }),
        ephemeral: replaced({ default: false }),
        preauthorized: replaced({ computed: true }),
        tags: replaced({ unordered: true }),
        expiry: replaced({ computed: true }),
        description: replaced({ computed: true }),
        userId: replaced({ computed: true }),
        recreateIfInvalid: {},
      },
      outputs: ["key", "createdAt", "expiresAt", "invalid"],
    },
    secretOutputs: ["key"],
    check(inputs) {
      const description = text(inputs["description"]);
      const failures =
        description.length > 50
          ? [{ property: "description", reason: "description must be 50 characters or less" }]
          : [];
      return { failures };
    },
    create({ urn, inputs, instance }) {
      const tags = texts(inputs["tags"]);
      if (tags.length === 0 && clientOf(workings, instance.config) !== undefined)
        throw new ProviderError("Failed to create key: tailnet-owned auth key must have tags set (400)");
      const problem = tagProblem(workings, instance.config, tags);
      if (problem !== undefined) {
        throw new ProviderError(
          `Failed to create key: requested tags [${tags.join(" ")}] are invalid or not permitted (400): ${problem}`,
        );
      }
      mint.begin(urn);
      const id = `k${mint.pick(urn, "key id", "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789", 12)}CNTRL`;
      const secret = mint.pick(urn, "key", "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789", 32);
      const seconds = number(inputs["expiry"]) || 90 * SECONDS_PER_DAY;
      const expiresAt = new Date(Date.parse(state.clock) + seconds * 1000).toISOString();
      const made: TailnetKey = {
        id,
        key: `tskey-auth-${id}-${secret}`,
        tags,
        reusable: flag(inputs["reusable"]),
        ephemeral: flag(inputs["ephemeral"]),
        preauthorized: flag(inputs["preauthorized"]),
        description: text(inputs["description"]),
        createdAt: state.clock,
        expiresAt,
        uses: 0,
        revoked: false,
      };
      tailscale.keys[id] = made;
      return {
        id,
        outputs: {
          key: made.key,
          createdAt: toTheSecond(state.clock),
          expiresAt: toTheSecond(expiresAt),
          expiry: seconds,
          invalid: false,
        },
      };
    },
    plan({ olds, news }, plan) {
      const again = recreates(text(news["recreateIfInvalid"]), flag(news["reusable"]));
      if (!flag(olds["invalid"]) || !again) return plan;
      return {
        ...plan,
        changes: "some",
        diffs: [...plan.diffs, "invalid"],
        replaces: [...plan.replaces, "invalid"],
      };
    },
    // A key that is gone or used up stays in the state: only `invalid` tells.
    read: ({ id }) => ({ outputs: { invalid: isInvalid(workings, tailscale.keys[id]) } }),
    update: () => ({ outputs: {} }),
    delete({ id }) {
      const key = tailscale.keys[id];
      if (key) key.revoked = true;
    },
  };
}
