import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { keywordFault, sshKeywords } from "./ssh-keywords.ts";

/** What the ssh of this machine says to an option; its value is right for none but some. */
const ssh = (option: string) => spawnSync("ssh", ["-G", "-F", "/dev/null", "-o", option, "nowhere"]);
const isHere = ssh("Port=22").status === 0;
const mustHave = process.env["KITESTACKS_REQUIRE_TOOLS"] === "1";

describe.skipIf(!isHere && !mustHave)(
  `keywords of ssh${isHere ? "" : " (no ssh here: install openssh-client)"}`,
  () => {
    test("are known to it, and a mistyped one is not", () => {
      const unknown = /Bad configuration option|Unsupported option "|directive not supported/;
      const refused = sshKeywords.filter((keyword) => unknown.test(`${ssh(`${keyword}=yes`).stderr}`));
      expect(refused).toEqual([]);
      expect(`${ssh("IdentiyFile=x").stderr}`).toMatch(unknown);
    });
  },
);

test.each([
  ["IdentityFile=~/.ssh/x", undefined],
  ["IDENTITYFILE=~/.ssh/x", undefined],
  [
    "IdentiyFile=~/.ssh/x",
    "IdentiyFile is no keyword of ssh_config that helps to reach a host; did you mean IdentityFile?",
  ],
  [
    "Include=x",
    "Include is no keyword of ssh_config that helps to reach a host; remove it, or see `man ssh_config`",
  ],
])("%s: %s", (option, fault) => {
  expect(keywordFault(option)).toBe(fault);
});
