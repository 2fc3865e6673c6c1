import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A program for `node -e` as one line. */
function onOneLine(source: string): string {
  const lines = source.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("//")).join(" ");
}

const knock = onOneLine(readFileSync(join(import.meta.dirname, "knock.cjs"), "utf8"));

/**
 * How ssh reaches a host's Docker. A refresh takes these options from the state before any of this program runs, so
 * they have to do everything by themselves, and be the same text on every machine.
 *
 * A shared connection makes a session cheap, but it is not there for those that start together from cold, and sshd
 * lets ten sessions into it (MaxSessions): every other one is a connection of its own, through `knock`. ssh's patience
 * for sshd's first word is ConnectTimeout, so it outlasts the knocking. A shared connection to a host that went away
 * is given up after two minutes; it would hang for a quarter of an hour.
 *
 * No host key to confirm: within the tailnet WireGuard has proved which machine answers, and a rebuilt VPS has another.
 */
export const sshDefaults: readonly string[] = [
  "ControlMaster=auto",
  "ControlPath=~/.ssh/kitestacks-%C",
  "ControlPersist=60",
  `ProxyCommand=node -e '${knock}' %h %p`,
  "ConnectTimeout=90",
  "ServerAliveInterval=20",
  "ServerAliveCountMax=6",
  "StrictHostKeyChecking=no",
  "UserKnownHostsFile=/dev/null",
  "LogLevel=ERROR",
];
