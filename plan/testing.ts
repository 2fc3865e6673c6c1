import type { HostSettings, Settings } from "../settings/settings.ts";

/** A hub that is still to be made and one member, for tests of the plan; change what a test is about. */
export function exampleSettings(changes: Partial<Settings> = {}): Settings {
  return {
    site: {
      domain: "example.org",
      title: "Example",
      timezone: "Europe/Berlin",
      adminEmail: "admin@example.org",
      www: "portal",
      weatherPlace: undefined,
      activityHost: "home",
    },
    edge: {
      accountId: "a".repeat(32),
      zoneId: "b".repeat(32),
      tunnel: { mode: "create" },
      tunnelName: "example",
      zoneSettings: { always_use_https: "on" },
    },
    tailnet: {
      oauthClientId: "kClient",
      tag: "tag:kitestacks",
      admins: ["autogroup:admin"],
      policy: "create",
      extraGrants: [],
    },
    network: { subnet: "172.30.0.0/24", gateway: "172.30.0.1" },
    services: {
      images: {},
      acceptSplitData: [
        "forgejo",
        "openproject",
        "kite-openwebui",
        "karakeep",
        "kavita",
        "grafana",
        "uptime-kuma",
      ],
      openprojectLogin: "ldap",
      liteLeavesOut: undefined,
      models: ["openrouter/free", "openai/gpt-oss-120b:free"],
      rotate: {},
    },
    drift: { ignore: [] },
    server: {
      mode: "create",
      type: "cpx21",
      location: "hil",
      image: "debian-13",
      sshKeys: ["ssh-ed25519 AAAA test"],
    },
    providedSecrets: ["cloudflareApiToken", "hcloudToken", "tailscaleOauthSecret", "openrouterApiKey"],
    tokensFromEnvironment: [],
    secretsInUse: [],
    hosts: [exampleHost({ name: "cloud", role: "hub", tailnetAddress: undefined }), exampleHost({})],
    ...changes,
  };
}

export function exampleHost(changes: Partial<HostSettings>): HostSettings {
  return {
    name: "home",
    role: "member",
    tailnetAddress: "100.64.0.1",
    ramMiB: 16384,
    swapMiB: 8192,
    freeDiskMiB: 1024,
    profile: "full",
    docker: { kind: "ssh", user: "root", sshOptions: [], ownOptions: [] },
    platform: "linux/amd64",
    adoptNetwork: undefined,
    booksPath: undefined,
    ...changes,
  };
}
