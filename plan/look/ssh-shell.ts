import type { SshConnection } from "../../settings/settings.ts";

/**
 * The ssh that hands a script to a host, at the address and with the options by which Docker is reached. A master that
 * lives on would hold its output open (OpenSSH up to 8.4), so it makes none; one that is there already is used. It has
 * no ConnectTimeout of its own: the first one counts, and the connection's has to outlast the knocking at a busy sshd.
 */
export function sshShell({ user, sshOptions }: SshConnection, address: string): string[] {
  const own = ["-o", "BatchMode=yes", "-o", "ControlMaster=no"];
  return ["ssh", ...own, ...sshOptions, "-l", user, "--", address];
}
