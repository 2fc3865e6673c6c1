import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorOf } from "./fixtures/bad-cases.ts";
import { loadStackFiles, readSettings } from "./read.ts";

describe("the project's own stack files", () => {
  const files = loadStackFiles(join(import.meta.dirname, ".."));

  it("are the stack files alone, without Pulumi.yaml", () => {
    expect(Object.keys(files).sort()).toEqual(["Pulumi.kscloud1.yaml", "Pulumi.monk.yaml"]);
  });

  it("describe the two hosts of the architecture", () => {
    const { hosts, server, site, services } = readSettings({ files, stack: "monk" });
    expect(hosts).toMatchObject([
      {
        name: "kscloud1",
        role: "hub",
        ramMiB: 3700,
        swapMiB: 6144,
        profile: "full",
        tailnetAddress: undefined,
      },
      {
        name: "monk",
        role: "member",
        ramMiB: 16384,
        swapMiB: 8192,
        profile: "full",
        tailnetAddress: "100.64.0.1",
      },
    ]);
    expect(server).toMatchObject({ mode: "create", type: "cpx21", location: "hil", image: "debian-13" });
    expect(site).toMatchObject({ domain: "kitestacks.com", activityHost: "monk" });
    expect(services.acceptSplitData).toEqual([
      "forgejo",
      "openproject",
      "kite-openwebui",
      "karakeep",
      "kavita",
      "grafana",
      "uptime-kuma",
    ]);
  });

  it("say how each secret is set, where it is not", () => {
    const withoutSecrets = Object.entries(files).map(([file, text]) => [
      file,
      text.replaceAll(/^ {2}kitestacks:\w+:\n {4}secure: .*\n/gm, ""),
    ]);
    const { problems } = errorOf({ files: Object.fromEntries(withoutSecrets), stack: "kscloud1" });
    expect(problems.map(({ remedy }) => remedy)).toEqual([
      "pulumi config set --secret kitestacks:cloudflareApiToken --stack kscloud1",
      "pulumi config set --secret kitestacks:hcloudToken --stack kscloud1",
      "pulumi config set --secret kitestacks:tailscaleOauthSecret --stack kscloud1",
      "pulumi config set --secret kitestacks:openrouterApiKey --stack kscloud1",
    ]);
  });
});
