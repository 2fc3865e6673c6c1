import { describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import type { CloudflareFound, ZoneRule } from "../inventory/inventory.ts";
import { kinds } from "../stack/kinds.ts";
import type { Step } from "../stack/steps.ts";
import { matchOf } from "./match.ts";

const plan = makePlan(exampleSettings(), catalogue);
const phase = "http_request_dynamic_redirect";
const own = '(http.host eq "www.example.org")';

describe("redirect rules of a zone", () => {
  const step: Step = {
    type: kinds.ruleset,
    name: "redirects",
    urn: "urn:pulumi:cloud::kitestacks::cloudflare:index/ruleset:Ruleset::redirects",
    fate: "create",
    diffs: [],
    replaceKeys: [],
    after: {
      id: "",
      parent: "",
      inputs: { phase, rules: [{ expression: own }] },
      outputs: {},
      retainOnDelete: false,
    },
  };
  const rule = (changes: Partial<ZoneRule>): ZoneRule => ({
    id: "r",
    rulesetId: "set1",
    phase,
    action: "redirect",
    expression: own,
    description: "",
    ...changes,
  });
  const judged = (...rules: ZoneRule[]) => {
    const cloudflare: CloudflareFound = { records: [], tunnels: [], rules, unseen: [] };
    return matchOf(step, { docker: undefined, cloudflare, hetzner: undefined }, plan);
  };

  test("that are there already are imported: a phase has one list, and a second one is refused", () => {
    expect(judged(rule({}))).toEqual({
      verdict: "will be updated",
      why: "",
      id: `zones/${plan.edge.settings.zoneId}/set1`,
    });
  });

  test("that the program does not have are named, because they would go", () => {
    const others = [rule({ description: "old shop" }), rule({ expression: "true", description: "old shop" })];
    expect(judged(...others).why).toBe("the rule old shop would go");
    expect(judged(rule({ expression: "ssl" })).why).toBe("the rule ssl would go");
  });

  test("of another phase are none of them", () => {
    expect(judged(rule({ phase: "http_request_transform" })).verdict).toBe("not found");
  });
});
