import { describe, expect, test } from "vitest";
import { catalogue } from "../../catalogue/catalogue.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { exampleSettings } from "../../plan/testing.ts";
import type { CloudflareFound, ZoneRule } from "../inventory/inventory.ts";
import { kinds } from "../stack/kinds.ts";
import type { Properties, Step } from "../stack/steps.ts";
import { matchOf } from "./match.ts";

const plan = makePlan(exampleSettings(), catalogue);
const phase = "http_request_dynamic_redirect";
const own = '(http.host eq "www.example.org")';

const stepOf = (type: string, name: string, inputs: Properties): Step => ({
  type,
  name,
  urn: `urn:pulumi:cloud::kitestacks::${type}::${name}`,
  fate: "create",
  diffs: [],
  replaceKeys: [],
  after: { id: "", parent: "", inputs, outputs: {}, retainOnDelete: false },
});

describe("a DNS record", () => {
  const { zoneId } = plan.edge.settings;
  const tunnel = "own.cfargotunnel.com";
  const step = stepOf(kinds.record, "dns-apex", { name: "example.org", type: "CNAME", content: tunnel });
  const judged = (...there: readonly (readonly [type: string, content: string])[]) => {
    const records = there.map(([type, content]) => ({
      id: `id-${type}`,
      name: "example.org",
      type,
      content,
    }));
    const cloudflare: CloudflareFound = { records, tunnels: [], rules: [], unseen: [] };
    return matchOf(step, { docker: undefined, cloudflare, hetzner: undefined }, plan);
  };
  const [mail, proof] = [
    ["MX", "mail.example.net"],
    ["TXT", "v=spf1 -all"],
  ] as const;

  test("is the one of its own type, and never one for mail, which would be deleted for it", () => {
    expect(judged(mail, proof, ["CNAME", tunnel])).toEqual({
      verdict: "imported unchanged",
      why: "",
      id: `${zoneId}/id-CNAME`,
    });
    expect(judged(mail, proof)).toEqual({ verdict: "not found", why: "it will be created" });
  });

  test("takes the place of an address, and names the other one that is in its way", () => {
    expect(judged(mail, ["A", "203.0.113.7"], ["AAAA", "2001:db8::7"])).toEqual({
      verdict: "will be replaced",
      why: "it is of type A, not CNAME; AAAA 2001:db8::7 of that name is in its way: delete it in Cloudflare's dashboard before `up`",
      id: `${zoneId}/id-A`,
    });
  });
});

describe("redirect rules of a zone", () => {
  const step = stepOf(kinds.ruleset, "redirects", { phase, rules: [{ expression: own }] });
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
