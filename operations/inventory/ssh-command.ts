import type { SshConnection } from "../../settings/settings.ts";

/** How a person gets into the host: `docker --host ssh://…` has no place for the options of its stack file. */
export function sshCommand({ user, ownOptions }: SshConnection, address: string): string {
  return ["ssh", ...ownOptions.map(quoted), `${user}@${address}`].join(" ");
}

/** For the shell of whoever copies it. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
