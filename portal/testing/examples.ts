import type { Activity, HostMetrics, HostReport, Hosts, Weather } from "../../metrics-api/src/types.ts";
import type { PortalInput, PortalService } from "../../plan/portal-files.ts";

const titles: [name: string, title: string, purpose: string][] = [
  ["portal", "Portal", "This page"],
  ["authentik", "Authentik", "Accounts and single sign-on"],
  ["forgejo", "Forgejo", "Git repositories and code review"],
  ["openproject", "OpenProject", "Tasks, boards and project plans"],
  ["open-webui", "Open WebUI", "Chat with several AI models"],
  ["karakeep", "Karakeep", "Bookmarks and articles to read later"],
  ["kavita", "Kavita", "Books, comics and manga"],
  ["grafana", "Grafana", "Dashboards of all hosts"],
  ["uptime-kuma", "Uptime Kuma", "Status of every service"],
];

export const services: PortalService[] = titles.map(([name, title, purpose]) => ({
  name,
  title,
  purpose,
  url: `https://${name}.example.com/`,
  healthUrl: `http://${name}:3000/health`,
}));

/** What a deployment would say; everything can be given otherwise. */
export function input(changed: Partial<PortalInput> = {}): PortalInput {
  return {
    site: { name: "KiteStacks", domain: "example.com" },
    hostNames: [],
    hostName: "cloud",
    gateway: "172.30.0.1",
    subnet: "172.30.0.0/24",
    services,
    ...changed,
  };
}

const GiB = 1024 ** 3;

/** A host's numbers; `busy` (0–100) moves those that move. */
export function metrics(host: string, busy: number): HostMetrics {
  const cores = host === "cloud" ? 3 : 12;
  return {
    host,
    sampledAt: new Date().toISOString(),
    intervalSeconds: 1,
    uptimeSeconds: 1_054_000,
    load: [busy / 50, busy / 60, busy / 70],
    cpu: {
      totalPercent: busy,
      corePercents: Array.from({ length: cores }, (_, core) => Math.abs(busy * Math.sin(core + 1)) % 100),
    },
    temperatureCelsius: host === "cloud" ? null : 54.3,
    memory: { totalBytes: 15.5 * GiB, usedBytes: 9.1 * GiB, availableBytes: 6.4 * GiB },
    swap: { totalBytes: host === "cloud" ? 6 * GiB : 0, usedBytes: host === "cloud" ? 1.2 * GiB : 0 },
    disks: [
      {
        mount: "/",
        filesystem: "ext4",
        totalBytes: 234 * GiB,
        usedBytes: 181 * GiB,
        availableBytes: 41 * GiB,
      },
      {
        mount: "/srv",
        filesystem: "xfs",
        totalBytes: 1863 * GiB,
        usedBytes: 1720 * GiB,
        availableBytes: 143 * GiB,
      },
    ],
    network: [
      {
        name: "eth0",
        kind: "physical",
        receivedBytes: 9e9,
        sentBytes: 4e9,
        receivedBytesPerSecond: busy * 24_000,
        sentBytesPerSecond: busy * 9_000,
      },
      {
        name: "tailscale0",
        kind: "virtual",
        receivedBytes: 9e8,
        sentBytes: 4e8,
        receivedBytesPerSecond: 2_000,
        sentBytesPerSecond: 1_000,
      },
    ],
    processCount: 312,
  };
}

export function report(host: string, changed: Partial<HostReport> = {}, busy = 23.4): HostReport {
  return {
    host,
    state: "fresh",
    self: host === "cloud",
    ageSeconds: 0.4,
    metrics: metrics(host, busy),
    reason: null,
    ...changed,
  };
}

export const hosts = (): Hosts => ({ hosts: [report("cloud", {}, 23.4), report("home", {}, 61.2)] });

export const weather: Weather = {
  place: "Lisbon, Portugal",
  temperatureCelsius: 21,
  feelsLikeCelsius: 20,
  condition: "Partly cloudy",
  conditionCode: 116,
  humidityPercent: 58,
  windKmh: 11,
  windDirection: "SW",
  observedAt: "2026-11-23T12:00:00Z",
  stale: false,
  ageSeconds: 130,
};

const titlesOfCommits = [
  "Restore drill: compare hashes after the second restore",
  "Kavita: library scan at night only",
  "Grafana 13 dashboards for both hosts",
  "Raise the swap of the cloud host to 6 GiB",
  "Tunnel: drop the rule of the retired wiki",
  "Notes on moving the bookmarks",
];

export const activity = (): Activity => ({
  commits: titlesOfCommits.map((title, index) => ({
    repository: index % 2 === 0 ? "kite/infrastructure" : "kite/notes",
    title,
    hash: `${index}a7f3c91d0`,
    author: index % 3 === 0 ? "Mara" : "Jonas",
    time: new Date(Date.now() - (index + 1) ** 2 * 1_700_000).toISOString(),
    link: `https://forgejo.example.com/kite/infrastructure/commit/${index}a7f3c91d0`,
  })),
  partial: false,
  stale: false,
  ageSeconds: 12,
});
