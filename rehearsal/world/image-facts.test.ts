import { describe, expect, test } from "vitest";
import type { Run } from "./facts/types.ts";
import { factsOf, parseReference } from "./image-facts.ts";

const run = (change: Partial<Run> = {}): Run => ({
  env: {},
  command: [],
  exposed: [],
  files: {},
  file: () => undefined,
  isMounted: () => false,
  ...change,
});

const ports = (reference: string, change: Partial<Run> = {}): string[] =>
  (factsOf(reference)?.listens(run(change)) ?? []).map(({ address, port }) => `${address}:${port}`);

/** Ports, users and tools are those that upstream documents; each entry names its source. */
describe("image facts", () => {
  test.each<[string, string[], string]>([
    ["nginx:1.29-alpine", ["0.0.0.0:80"], "0"],
    ["postgres:17-alpine", ["0.0.0.0:5432"], "70"],
    ["postgres:17", ["0.0.0.0:5432"], "999"],
    ["redis:7.2-alpine", ["0.0.0.0:6379"], "999"],
    ["ghcr.io/goauthentik/ldap:2026.8.3", ["0.0.0.0:3389", "0.0.0.0:6636", "0.0.0.0:9300"], "1000"],
    ["codeberg.org/forgejo/forgejo:15.0.9", ["0.0.0.0:3000", "0.0.0.0:22"], "1000"],
    ["openproject/openproject:17.8.0", ["0.0.0.0:80"], "0"],
    ["openproject/openproject:17.8.0-slim", ["0.0.0.0:8080"], "0"],
    ["ghcr.io/open-webui/open-webui:v0.11.4-slim", ["0.0.0.0:8080"], "0"],
    ["ghcr.io/karakeep-app/karakeep:0.33.2", ["0.0.0.0:3000"], "0"],
    ["getmeili/meilisearch:v1.41.0", ["0.0.0.0:7700"], "0"],
    ["ghcr.io/karakeep-app/karakeep-chrome:release", ["0.0.0.0:9222"], "65534"],
    ["jvmilazz0/kavita:0.9.1", ["0.0.0.0:5000"], "0"],
    ["louislam/uptime-kuma:2.5.3-slim", ["0.0.0.0:3001"], "0"],
    ["grafana/grafana:13.2.3", ["0.0.0.0:3000"], "472"],
    ["prom/prometheus:v3.15.0", ["0.0.0.0:9090"], "65534"],
    ["prom/node-exporter:v1.12.1", ["0.0.0.0:9100"], "65534"],
    ["cloudflare/cloudflared:2026.10.0", ["0.0.0.0:20241"], "65532"],
    ["ghcr.io/berriai/litellm:v1.103.3", ["0.0.0.0:4000"], "0"],
    ["portainer/portainer-ce:2.45.1", ["0.0.0.0:9000", "0.0.0.0:9443", "0.0.0.0:8000"], "0"],
  ])("of %s: listens on %j as user %s", (reference, listens, user) => {
    expect(ports(reference)).toEqual(listens);
    expect(factsOf(reference)?.user).toBe(user);
    expect(factsOf(reference)?.source).not.toBe("");
  });

  test.each<[string, Partial<Run>, string[]]>([
    [
      "ghcr.io/goauthentik/server:1",
      { command: ["server"] },
      ["0.0.0.0:9000", "0.0.0.0:9443", "0.0.0.0:9300"],
    ],
    [
      "ghcr.io/goauthentik/server:1",
      { command: ["server"], env: { AUTHENTIK_LISTEN__HTTP: "0.0.0.0:9010" } },
      ["0.0.0.0:9010", "0.0.0.0:9443", "0.0.0.0:9300"],
    ],
    ["ghcr.io/goauthentik/server:1", { command: ["worker"] }, ["0.0.0.0:9300"]],
    ["prom/node-exporter:1", { command: ["--web.listen-address=100.64.0.1:9100"] }, ["100.64.0.1:9100"]],
    ["prom/prometheus:1", { command: ["--web.listen-address", ":9091"] }, ["0.0.0.0:9091"]],
    [
      "cloudflare/cloudflared:1",
      { command: ["tunnel", "--metrics", "127.0.0.1:20241", "run"] },
      ["127.0.0.1:20241"],
    ],
    ["codeberg.org/forgejo/forgejo:1", { env: { FORGEJO__server__DISABLE_SSH: "true" } }, ["0.0.0.0:3000"]],
    ["grafana/grafana:1", { env: { GF_SERVER_HTTP_PORT: "3030" } }, ["0.0.0.0:3030"]],
    [
      "node:24-alpine",
      { env: { LISTEN: "172.30.0.1:8000,100.64.0.1:8000" } },
      ["172.30.0.1:8000", "100.64.0.1:8000"],
    ],
    ["nginx:1-alpine", { exposed: [8080] }, ["0.0.0.0:8080"]],
    ["redis:7", { command: ["redis-server", "/r.conf"], file: () => "port 7000\n" }, ["0.0.0.0:7000"]],
  ])("of %s follow its configuration %#", (reference, change, listens) => {
    expect(ports(reference, change)).toEqual(listens);
  });

  test.each([
    ["nginx:1.29", "wget"],
    ["portainer/portainer-ce:2.45.1", "sh"],
    ["cloudflare/cloudflared:2026.10.0", "sh"],
    ["prom/prometheus:v3.15.0-distroless", "wget"],
    ["prom/prometheus:v3.15.0", "curl"],
    ["ghcr.io/goauthentik/server:2026.8.3", "curl"],
    ["ghcr.io/karakeep-app/karakeep-chrome:release", "sh"],
    ["ghcr.io/berriai/litellm:v1.103.3", "curl"],
  ])("of %s: it has no %s", (reference, tool) => {
    expect(factsOf(reference)?.tools).not.toHaveProperty([tool]);
  });

  test.each([
    ["Frankfurt (Oder)", undefined],
    [
      "Frankfurt/Oder",
      'WEATHER_PLACE: "Frankfurt/Oder" is no place; write a town, an airport code or coordinates, like Lisbon or 38.72,-9.14',
    ],
  ])("of the metrics API: with the place %s it says %s", (place, problem) => {
    const env = { LISTEN: "172.30.0.1:8000", HOST_NAME: "attic", HOST_ROOT: "/host", WEATHER_PLACE: place };
    expect(factsOf("node:24.21.0-alpine")?.problem?.(run({ env }))).toBe(problem);
  });

  test("are unknown for a repository that nobody described, and can be given", () => {
    expect(factsOf("example/nothing:1")).toBeUndefined();
    const own = factsOf("redis:7");
    if (!own) throw new Error("no facts of redis");
    expect(factsOf("example/nothing:1", { "example/nothing": own })).toBe(own);
  });
});

test.each([
  ["nginx:1.29", { repository: "nginx", tag: "1.29", digest: "" }],
  ["docker.io/library/nginx", { repository: "nginx", tag: "", digest: "" }],
  ["localhost:5000/a/b@sha256:ab", { repository: "localhost:5000/a/b", tag: "", digest: "sha256:ab" }],
  ["ghcr.io/a/b:1@sha256:ab", { repository: "ghcr.io/a/b", tag: "1", digest: "sha256:ab" }],
])("the reference %s is taken apart", (reference, parts) => {
  expect(parseReference(reference)).toEqual(parts);
});
