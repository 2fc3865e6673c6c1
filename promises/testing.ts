import type { Observed, ObservedOidcClient } from "./observed.ts";
import { hostNamed, secrets } from "./testing-hosts.ts";

/** Two hosts on which every promise holds: `vps` is the hub with a public address, `home` the member. */
export function goodObserved(): Observed {
  return {
    hosts: [hostNamed("vps", true, "100.64.0.2"), hostNamed("home", false, "100.64.0.1")],
    edge: {
      domain: "example.com",
      records: hostnames.map(({ hostname }) => ({
        name: hostname,
        type: "CNAME",
        content: "6ff42ae2.cfargotunnel.com",
        proxied: true,
      })),
      tunnels: [
        {
          id: "6ff42ae2",
          name: "kitestacks",
          deleted: false,
          ingress: [
            { hostname: "example.com", service: "http://homepage:80" },
            { hostname: "auth.example.com", service: "http://authentik:9000" },
            { hostname: "grafana.example.com", service: "http://grafana:3000" },
            { hostname: undefined, service: "http_status:404" },
          ],
          connectors: ["vps", "home"],
        },
      ],
    },
    tailnet: {
      policy: {
        tagOwners: { "tag:host": ["autogroup:admin"] },
        grants: [
          { src: ["tag:host"], dst: ["tag:host"], ip: ["tcp:5432", "tcp:6379", "tcp:9100"] },
          { src: ["autogroup:admin"], dst: ["tag:host"], ip: ["tcp:22", "icmp:*"] },
        ],
      },
      devices: [
        { name: "vps", address: "100.64.0.2", tags: ["tag:host"], isHost: true },
        { name: "home", address: "100.64.0.1", tags: ["tag:host"], isHost: true },
        { name: "phone", address: "100.64.0.9", tags: [], isHost: false },
      ],
    },
    firewalls: [
      {
        host: "vps",
        inbound: [
          { protocol: "icmp", port: undefined, sources: ["0.0.0.0/0", "::/0"] },
          { protocol: "udp", port: "41641", sources: ["0.0.0.0/0", "::/0"] },
        ],
      },
    ],
    settings: {
      publicHostnames: hostnames,
      hosts: [
        { name: "vps", ramMiB: 2000, swapMiB: 1000 },
        { name: "home", ramMiB: 4000, swapMiB: 0 },
      ],
      placements: [
        ...["homepage", "cloudflared", "node-exporter", "metrics-api"].map((service) =>
          placed(service, "none"),
        ),
        ...["authentik", "authentik-worker", "postgres", "redis"].map((service) => placed(service, "shared")),
        { ...placed("grafana", "per-host"), writable: true, public: true },
        placed("prometheus", "per-host"),
      ],
      acceptSplitData: ["grafana"],
      signOnServices: [{ name: "grafana", loginState: { kept: "browser", how: "in a sealed cookie" } }],
    },
    states: [
      { stack: "vps", text: '{"resources":[{"ciphertext":"v1:c2VhbGVk"}]}' },
      { stack: "home", text: '{"resources":[{"ciphertext":"v1:c2VhbGVk"}]}' },
    ],
    secrets,
    history: ["vps", "home"].flatMap((stack) =>
      (["up", "second up", "refresh"] as const).map((kind) => ({
        stack,
        kind,
        succeeded: true,
        changes:
          kind === "up" ? [{ urn: "urn:pulumi:vps::kitestacks::type::name", operation: "create" }] : [],
        volumesDeleted: [],
        standingStill: [],
      })),
    ),
    oidcClients: ["vps", "home"].flatMap((host) =>
      (["provider", "application"] as const).map((side) => oidcClient(host, side)),
    ),
  };
}

function oidcClient(host: string, side: ObservedOidcClient["side"]): ObservedOidcClient {
  return {
    service: "grafana",
    host,
    side,
    authority: "https://auth.example.com",
    clientId: "grafana",
    clientSecret: secrets["grafana.oidc"],
    redirectUris: ["https://grafana.example.com/login/generic_oauth"],
    ...(side === "application" && { loginSeal: secrets["grafana.secretKey"] }),
  };
}

const hostnames = [
  { hostname: "example.com", container: "homepage" },
  { hostname: "auth.example.com", container: "authentik" },
  { hostname: "grafana.example.com", container: "grafana" },
];

function placed(service: string, placement: "none" | "shared" | "per-host") {
  return { service, containers: [service], placement, writable: false, public: false };
}
