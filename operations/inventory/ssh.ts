import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { SshConnection } from "../../settings/settings.ts";

/** How ssh ended, and what it had to say about that. */
export interface SshEnd {
  /** Its exit code; -1 when it could not be started, undefined when it took too long and was ended. */
  readonly code: number | undefined;
  /** The last lines of what it wrote, or why it could not be started. */
  readonly said: string;
}

export interface SshTunnel {
  readonly socket: Socket;
  /** Lets go of the connection, and waits for ssh to end: only then has it said everything. */
  readonly ended: () => Promise<SshEnd>;
  readonly close: () => void;
}

/**
 * `docker system dial-stdio` on the host joins its socket to the connection's two ends.
 * @param patience ends ssh, whatever it is doing
 */
export function sshTunnel(
  { user, sshOptions }: SshConnection,
  address: string,
  patience: AbortSignal,
): SshTunnel {
  const options = ["-o", "BatchMode=yes", ...sshOptions, "-l", user];
  const child = spawn("ssh", [...options, "--", address, "docker", "system", "dial-stdio"], {
    signal: patience,
  });
  const socket = Duplex.from({ readable: child.stdout, writable: child.stdin });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const ended = new Promise<SshEnd>((done) => {
    const end = (code: number | null) => done({ code: code ?? undefined, said: said.trim() });
    child.on("error", (error) => {
      done({ code: error.name === "AbortError" ? undefined : -1, said: error.message });
      socket.destroy(error);
    });
    child.on("close", end);
    // Up to OpenSSH 8.4 the master that ControlPersist leaves behind holds on to stderr: then there is no `close`.
    child.on("exit", (code) => void setTimeout(GRACE_MS, undefined, { ref: false }).then(() => end(code)));
  });
  return {
    socket: asSocket(socket),
    ended: () => {
      socket.destroy();
      return ended;
    },
    close: () => {
      socket.destroy();
      child.kill();
    },
  };
}

const GRACE_MS = 2000;

/** What the HTTP client asks of a socket besides being a stream; two pipes have no such settings. */
function asSocket(stream: Duplex): Socket {
  const nothing = () => stream;
  return Object.assign(stream, {
    setTimeout: nothing,
    setNoDelay: nothing,
    setKeepAlive: nothing,
    ref: nothing,
    unref: nothing,
  }) as unknown as Socket;
}
