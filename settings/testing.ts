import { join } from "node:path";

/**
 * Folder with the stack files of the two hosts of the architecture, for tests: those at the root are their owner's to
 * change, and what an owner may set must break no test.
 */
export const exampleStacks = join(import.meta.dirname, "fixtures", "good", "kitestacks");

/** For tests of real runs: the stack files of this repository with an owner's accounts where the placeholders stood. */
export function withOwnAccounts(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      text
        .replace(/(accountId: )"0+"/, `$1"${"a1".repeat(16)}"`)
        .replace(/(zoneId: )"0+1"/, `$1"${"b2".repeat(16)}"`)
        .replace(/(oauthClientId: )k0+CNTRL/, "$1kOwner1CNTRL")
        .replace(/set-to-your-own$/m, "owner@laptop"),
    ]),
  );
}
