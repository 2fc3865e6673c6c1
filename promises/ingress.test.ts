import { describe, expect, it } from "vitest";
import { routeOf } from "./ingress.ts";
import type { ObservedTunnel } from "./observed.ts";

type Rule = ObservedTunnel["ingress"][number];
const catchAll: Rule = { hostname: undefined, service: "http_status:404" };
const grafana = (...ingress: readonly Rule[]) =>
  routeOf("grafana.example.com", "grafana", {
    id: "6ff42ae2",
    name: "kitestacks",
    deleted: false,
    ingress,
    connectors: [],
  });
const firstIs = (rest: string) =>
  `grafana.example.com: the first matching ingress rule of tunnel kitestacks is ${rest}`;

describe("the ingress rule for a hostname", () => {
  it.each<[string, Rule, number]>([
    ["its own", { hostname: "grafana.example.com", service: "http://grafana:3000" }, 3000],
    ["its own in capitals", { hostname: "Grafana.Example.com", service: "http://grafana:3000" }, 3000],
    ["one without port", { hostname: "grafana.example.com", service: "http://grafana" }, 80],
    ["a wildcard", { hostname: "*.example.com", service: "http://grafana:3000" }, 3000],
    ["a wildcard further up", { hostname: "*.com", service: "http://grafana:3000" }, 3000],
    ["the one for every hostname", { hostname: "*", service: "http://grafana:3000" }, 3000],
  ])("may be %s", (_, rule, port) => {
    expect(grafana({ hostname: "other.example.com", service: "http://other:1" }, rule, catchAll)).toEqual({
      port,
    });
  });

  it.each<[string, readonly Rule[], string]>([
    [
      "an earlier wildcard takes it",
      [
        { hostname: "*.example.com", service: "http://homepage:80" },
        { hostname: "grafana.example.com", service: "http://grafana:3000" },
      ],
      firstIs("*.example.com → http://homepage:80, expected http://grafana:<port>"),
    ],
    [
      "an earlier rule takes one path of it",
      [
        { hostname: "grafana.example.com", service: "http://grafana:3000", path: "/login" },
        { hostname: "grafana.example.com", service: "http://grafana:3000" },
      ],
      firstIs("grafana.example.com for the path /login only, expected every path"),
    ],
    [
      "an earlier catch-all takes it",
      [catchAll, { hostname: "grafana.example.com", service: "http://grafana:3000" }],
      firstIs("the catch-all, expected a rule to grafana"),
    ],
    [
      "it leads to another container",
      [{ hostname: "grafana.example.com", service: "http://kavita:5000" }],
      firstIs("grafana.example.com → http://kavita:5000, expected http://grafana:<port>"),
    ],
    [
      "it expects TLS",
      [{ hostname: "grafana.example.com", service: "https://grafana:3000" }],
      firstIs("grafana.example.com → https://grafana:3000, expected http://grafana:<port>"),
    ],
    [
      "it is no rule for this hostname",
      [
        { hostname: "*.grafana.example.com", service: "http://grafana:3000" },
        { hostname: "example.com", service: "http://grafana:3000" },
      ],
      "grafana.example.com: tunnel kitestacks has no ingress rule for it, expected one to grafana",
    ],
  ])("is wrong when %s", (_, ingress, wrong) => {
    expect(grafana(...ingress)).toBe(wrong);
  });

  it("is not a wildcard for the bare domain", () => {
    const ingress = [{ hostname: "*.example.com", service: "http://homepage:80" }, catchAll];
    const tunnel = { id: "6ff42ae2", name: "kitestacks", deleted: false, ingress, connectors: [] };
    expect(routeOf("example.com", "homepage", tunnel)).toContain("is the catch-all");
  });
});
