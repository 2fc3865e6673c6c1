import { describe, expect, test } from "vitest";
import { catalogue } from "../catalogue/catalogue.ts";
import { edgePlan } from "./ingress.ts";
import { tailnetPlan } from "./tailnet-policy.ts";
import { exampleHost, exampleSettings } from "./testing.ts";

describe("the edge", () => {
  const edge = edgePlan(exampleSettings(), catalogue);

  test("ten names lead to nine containers, and the catch-all comes last", () => {
    expect(edge.ingress.map(({ hostname, service }) => `${hostname ?? "*"} ${service}`)).toEqual([
      "example.org http://homepage:80",
      "www.example.org http://homepage:80",
      "auth.example.org http://authentik:9000",
      "git.example.org http://forgejo:3000",
      "openproject.example.org http://openproject:80",
      "chat.example.org http://kite-openwebui:8080",
      "karakeep.example.org http://karakeep:3000",
      "kavita.example.org http://kavita:5000",
      "grafana.example.org http://grafana:3000",
      "status.example.org http://uptime-kuma:3001",
      "* http_status:404",
    ]);
  });

  test("every name has a record", () => {
    expect(edge.names).toEqual(edge.ingress.flatMap(({ hostname }) => hostname ?? []));
  });

  test("www redirects only when asked to, and keeps its record, without which nothing could redirect", () => {
    expect(edge.redirect).toBeUndefined();
    const site = { ...exampleSettings().site, www: "redirect" as const };
    const redirecting = edgePlan(exampleSettings({ site }), catalogue);
    expect(redirecting.redirect).toEqual({ from: "www.example.org", to: "example.org" });
    expect(redirecting.names).toContain("www.example.org");
  });
});

describe("the tailnet policy", () => {
  const { policy, hubTags } = tailnetPlan(exampleSettings(), catalogue);

  test("a hub that we make joins with our tag; a member is named by its address", () => {
    expect(hubTags).toEqual(["tag:kitestacks"]);
    expect(policy.hosts).toEqual({ home: "100.64.0.1" });
    expect(policy.tagOwners["tag:kitestacks"]).toEqual(["autogroup:admin"]);
  });

  test("only our hosts reach the databases", () => {
    const toDatabases = policy.grants.filter(({ ip }) =>
      ip.some((it) => it.includes("5432") || it.includes("6379")),
    );
    expect(toDatabases).toEqual([
      { src: ["tag:kitestacks", "home"], dst: ["tag:kitestacks"], ip: ["tcp:5432", "tcp:6379"] },
    ]);
  });

  test("people reach SSH, Git and Portainer, not the exporters", () => {
    const people = policy.grants.find(({ src }) => src.includes("autogroup:admin"));
    expect(people?.ip).toEqual(["tcp:22", "tcp:3000", "tcp:9443", "icmp:*"]);
  });

  test("carries its own tests: every host reaches every service port, a stranger none", () => {
    expect(policy.tests.map(({ src }) => src)).toEqual(["tag:kitestacks", "home", "tag:kitestacks-guest"]);
    expect(policy.tests[1]?.accept).toContain("tag:kitestacks:5432");
    expect(policy.tests[1]?.accept).toContain("home:9100");
    expect(policy.tests[2]?.deny).toEqual(
      expect.arrayContaining(["tag:kitestacks:5432", "home:9100", "home:22"]),
    );
  });

  test("a hub that is not made by us is named by its address", () => {
    const hosts = [
      exampleHost({ name: "cloud", role: "hub", tailnetAddress: "100.64.0.2" }),
      exampleHost({}),
    ];
    const existing = tailnetPlan(exampleSettings({ hosts, server: { mode: "none" } }), catalogue).policy;
    expect(existing.hosts).toEqual({ cloud: "100.64.0.2", home: "100.64.0.1" });
    expect(existing.grants[0]?.dst).toEqual(["cloud"]);
  });

  test("keeps the grants of other devices as they are", () => {
    const extra = { src: ["autogroup:member"], dst: ["autogroup:self"], ip: ["*"] };
    const settings = exampleSettings({ tailnet: { ...exampleSettings().tailnet, extraGrants: [extra] } });
    expect(tailnetPlan(settings, catalogue).policy.grants).toContainEqual(extra);
  });
});
