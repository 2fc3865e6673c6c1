import { describe, expect, it } from "vitest";
import { errorOf, goodFiles } from "./fixtures/bad-cases.ts";
import { readSettings, type SettingsInput } from "./read.ts";

const own = (text: string) =>
  text
    .replace(/accountId: .*/, `accountId: "${"4".repeat(32)}"`)
    .replace(/zoneId: .*/, `zoneId: "${"5".repeat(32)}"`)
    .replace(/oauthClientId: .*/, "oauthClientId: kOwn11CNTRL");
const ownFiles = (name: string, change = (text: string) => text) =>
  Object.fromEntries(Object.entries(goodFiles(name)).map(([file, text]) => [file, change(own(text))]));
const run = (
  files: SettingsInput["files"],
  stack: string,
  environment: NonNullable<SettingsInput["environment"]>,
) => ({ files, stack, environment, runsSteps: true });

/** A path at which something is; whether an agent answers there is not asked. */
const agent = import.meta.filename;

describe("a run of first-run steps over SSH, without an agent and without a key of their own", () => {
  const remedy = (path: string) =>
    `start one (eval "$(ssh-agent)" && ssh-add ${path}), or give them a key without a passphrase: ` +
    `pulumi config set --secret kitestacks:sshPrivateKey --stack cloud < ${path}`;
  const nobody =
    "The first-run steps cannot log in: there is no SSH agent (SSH_AUTH_SOCK is not set) and no kitestacks:sshPrivateKey";

  it("is refused before anything is created", () => {
    expect(errorOf(run(ownFiles("two-hosts"), "cloud", {})).message).toBe(
      [
        "1 setting is wrong; nothing was created.",
        `  Pulumi.cloud.yaml: kitestacks:host.docker is "ssh": ${nobody.replace("The", "the")}; ${remedy("~/.ssh/kitestacks")}`,
      ].join("\n"),
    );
  });

  it("is told that a key file among the options serves Docker alone", () => {
    const files = { ...ownFiles("two-hosts"), ...ownFiles("third-host") };
    expect(errorOf(run(files, "attic", { SSH_AUTH_SOCK: "" })).message).toBe(
      [
        "1 setting is wrong; nothing was created.",
        `  Pulumi.attic.yaml: kitestacks:host.sshOptions is "IdentityFile=~/.ssh/attic": a key for Docker alone. ${nobody}; ${remedy("~/.ssh/attic")}`,
      ].join("\n"),
    );
  });

  it("goes on with an agent, with a key, at a socket, and where no step runs", () => {
    const files = ownFiles("two-hosts");
    const withKey = ownFiles("two-hosts", (text) =>
      text.replace(/( +)kitestacks:cloudflareApiToken:/, "$1kitestacks:sshPrivateKey:\n$1  secure: v1:x\n$&"),
    );
    expect(withKey["Pulumi.cloud.yaml"]).toContain("sshPrivateKey");
    for (const input of [
      run(files, "cloud", { SSH_AUTH_SOCK: agent }),
      run(withKey, "cloud", {}),
      run(withKey, "home", {}),
      run(goodFiles("hub-only"), "shed", {}),
      { files, stack: "cloud", environment: {} },
      { files, stack: "cloud", runsSteps: true },
    ])
      expect(() => readSettings(input)).not.toThrow();
  });

  it("is refused with an agent that is gone, whatever key there is", () => {
    expect(errorOf(run(ownFiles("two-hosts"), "cloud", { SSH_AUTH_SOCK: "/nowhere/agent" })).message).toBe(
      [
        "1 setting is wrong; nothing was created.",
        '  the environment: SSH_AUTH_SOCK is "/nowhere/agent": no SSH agent is there, and the first-run steps give up without it; start one (eval "$(ssh-agent)" && ssh-add), or unset it where kitestacks:sshPrivateKey is set',
      ].join("\n"),
    );
  });
});
