import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { parsePolicyText } from "../formats/tailnet-policy.ts";
import { DEFAULT_POLICY } from "../rehearsal/world/tailscale/tailnet.ts";
import type { Policy } from "./plan.ts";
import { adoptionRefusal, notCarried } from "./policy-adoption.ts";
import { tailnetPlan } from "./tailnet-policy.ts";
import { exampleSettings } from "./testing.ts";

const ours: Policy = {
  tagOwners: { "tag:x": ["autogroup:admin"] },
  hosts: { home: "100.64.0.1" },
  grants: [{ src: ["tag:x", "home"], dst: ["home"], ip: ["tcp:9100"] }],
  tests: [],
};

/** As Tailscale's console has it when nothing but a tag was added; `acls` is the form of older tailnets. */
const olderDefault = {
  acls: [{ action: "accept", src: ["*"], dst: ["*:*"] }],
  ssh: [
    {
      action: "check",
      src: ["autogroup:members"],
      dst: ["autogroup:self"],
      users: ["autogroup:nonroot", "root"],
    },
  ],
  nodeAttrs: [{ target: ["autogroup:members"], attr: ["funnel"] }],
  groups: {},
  tests: [],
};

describe("an existing tailnet policy", () => {
  test.each<[string, unknown]>([
    ["that is the untouched default, which lets everyone in on purpose", parsePolicyText(DEFAULT_POLICY)],
    ["that is the default of an older tailnet", olderDefault],
    [
      "in which a person defined our tag, whoever owns it",
      { ...olderDefault, tagOwners: { "tag:x": ["me@example.org"] } },
    ],
    [
      "in which a person defined our tag, by the keys of older policies",
      parsePolicyText(`{
        "tagowners": { "tag:x": ["me@example.org"] }, // the OAuth client needs it
        "ACLs": [{ "Action": "accept", "Users": ["*"], "Ports": ["*:*"] }],
      }`),
    ],
    [
      "whose words stand in another order",
      { grants: [{ ip: ["tcp:9100"], dst: ["home"], src: ["home", "tag:x"] }] },
    ],
    ["without any entry", {}],
  ])("%s loses nothing", (_, existing) => {
    expect(notCarried(existing, ours)).toEqual([]);
  });

  test("loses what only resembles the default", () => {
    const [rule] = olderDefault.ssh;
    const existing = {
      acls: [{ action: "accept", src: ["*"], dst: ["*:22"] }],
      ssh: [{ ...rule, action: "accept" }],
      nodeAttrs: [{ target: ["autogroup:member"], attr: ["funnel", "nextdns:abc"] }],
    };
    expect(notCarried(existing, ours).map(({ section }) => section)).toEqual(["acls", "ssh", "nodeAttrs"]);
  });

  test("names every entry that the settings do not carry, with a remedy that is possible", () => {
    const existing = {
      tagOwners: { "tag:x": [], "tag:nas": ["autogroup:admin"] },
      hosts: { home: "100.64.0.1", printer: "100.64.0.77" },
      groups: { "group:family": ["a@example.org"] },
      grants: [
        { src: ["autogroup:member"], dst: ["100.64.0.77"], ip: ["tcp:631"] },
        { src: ["tag:x"], dst: ["home"], app: { "example.com/cap": [] } },
      ],
      acls: [{ action: "accept", src: ["tag:x"], dst: ["home:80"] }],
      ssh: [{ action: "accept" }],
      randomizeClientPort: true,
      tests: [{ src: "tag:x", accept: ["home:80"] }],
    };
    expect(adoptionRefusal(notCarried(existing, ours), "Pulumi.shed.yaml").split("\n")).toEqual([
      "The tailnet policy has 9 entries that the settings do not carry:",
      '  tagOwners: tag:nas ["autogroup:admin"]; take it out of the policy: the program defines the tags that admins and extraGrants name, in Pulumi.shed.yaml',
      '  hosts: printer "100.64.0.77"; take it out of the policy: extraGrants take the address itself',
      '  groups: group:family ["a@example.org"]; take it out of the policy: admins and extraGrants take the e-mail addresses of the members',
      '  grants: {"dst":["100.64.0.77"],"ip":["tcp:631"],"src":["autogroup:member"]}; add it to kitestacks:tailnet.extraGrants in Pulumi.shed.yaml, or take it out of the policy',
      '  grants: {"app":{"example.com/cap":[]},"dst":["home"],"src":["tag:x"]}; take it out of the policy: of grants only src, dst and ip are carried',
      '  acls: {"action":"accept","dst":["home:80"],"src":["tag:x"]}; rewrite it as a grant, in the policy and in kitestacks:tailnet.extraGrants in Pulumi.shed.yaml, or take it out of the policy',
      '  ssh: {"action":"accept"}; take it out of the policy: the program does not write that section',
      "  randomizeClientPort: true; take it out of the policy: the program does not write that section",
      '  tests: {"accept":["home:80"],"src":"tag:x"}; take it out of the policy: the program writes tests of its own there, and keeps no others',
    ]);
  });

  test("that is no object is named as such", () => {
    expect(notCarried("", ours)).toEqual([{ section: "policy", text: "not a JSON object" }]);
  });

  test("is carried by the settings once its grants stand there, whatever their order", () => {
    const phone = { src: ["me@example.org"], dst: ["tag:nas"], ip: ["tcp:445"] };
    const tailnet = { ...exampleSettings().tailnet, extraGrants: [phone] };
    const existing = {
      tagOwners: { "tag:nas": ["autogroup:owner"] },
      grants: [{ ip: phone.ip, dst: phone.dst, src: phone.src }],
    };
    const policyOf = (settings: ReturnType<typeof exampleSettings>) =>
      tailnetPlan(settings, catalogue).policy;
    expect(notCarried(existing, policyOf(exampleSettings()))).toHaveLength(2);
    expect(notCarried(existing, policyOf(exampleSettings({ tailnet })))).toEqual([]);
  });
});
