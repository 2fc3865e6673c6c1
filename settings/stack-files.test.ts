import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorOf } from "./fixtures/bad-cases.ts";
import { SettingsError } from "./problem.ts";
import { loadStackFiles, readSettings } from "./read.ts";
import { exampleStacks } from "./testing.ts";

describe("the stack files of the architecture", () => {
  const files = loadStackFiles(exampleStacks);

  it("are the stack files alone, without Pulumi.yaml", () => {
    const root = join(import.meta.dirname, "..");
    expect(Object.keys(loadStackFiles(root))).not.toContain("Pulumi.yaml");
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
      "have CLOUDFLARE_API_TOKEN in the environment, or: pulumi config set --secret kitestacks:cloudflareApiToken --stack kscloud1",
      "have HCLOUD_TOKEN in the environment, or: pulumi config set --secret kitestacks:hcloudToken --stack kscloud1",
      "have TAILSCALE_OAUTH_CLIENT_SECRET in the environment, or: pulumi config set --secret kitestacks:tailscaleOauthSecret --stack kscloud1",
      "pulumi config set --secret kitestacks:openrouterApiKey --stack kscloud1",
    ]);
  });
});

describe("the stack files at the root", () => {
  const files = loadStackFiles(join(import.meta.dirname, ".."));
  const stacks = Object.keys(files).map((file) => file.slice("Pulumi.".length, -".yaml".length));

  it.each(stacks)("have nothing wrong, but for secrets that %s still waits for", (stack) => {
    try {
      readSettings({ files, stack });
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      expect(error.problems.filter(({ wrong }) => !wrong.startsWith("missing: "))).toEqual([]);
    }
  });
});
