import { RefusedError, UnreachableError } from "./answers.ts";
import type { SshEnd } from "./ssh.ts";

/** Exit code of ssh itself; a lower one is that of the command on the host. */
const SSH_FAILED = 255;

/** In ssh's words: no way through to the host. */
const noWay =
  /refused|timed ?out|no route|unreach|could not resolve|connection (closed|reset)|closes the connection|host ?(is )?down|broken pipe|not responding/i;

/** What stands before the reason that `knock` gives; no SSH server is called that. */
const toldByKnock = /^Received disconnect from UNKNOWN port 65535:11: /;

/** Words of a host that is there and says no. Behind them the connection closes too. */
const saysNo = /denied|not permit|host key|authentication/i;

/**
 * Why a host's Docker gave no answer over SSH. A host that is away is unreachable, and may come back by itself; a wrong
 * key or a missing Docker would look the same for months, so those are failures.
 * @param ssh a command that gets a person into the host
 * @param why what broke the exchange, where ssh did not end by itself
 */
export function noAnswerOverSsh(host: string, { code, said }: SshEnd, ssh: string, why: string): Error {
  const lines = said.split("\n").map((line) => line.replace(toldByKnock, "").trim());
  const away = lines.find((line) => noWay.test(line));
  if (code === SSH_FAILED && away !== undefined && !saysNo.test(said))
    return new UnreachableError(`The Docker of ${host} does not answer: ${away}`);
  if (code === undefined) return new UnreachableError(`The Docker of ${host} does not answer: ${why}`);
  const words = lines.find((line) => saysNo.test(line)) ?? lines.at(-1);
  const text = words || `ssh ended with ${code} and said nothing`;
  return new RefusedError(`The Docker of ${host} cannot be asked: ${text}; ${remedyFor(text, ssh)}`);
}

/** Why a Docker gave no answer at its socket. */
export function noAnswerAtSocket(host: string, { message }: Error): Error {
  return message.includes("EACCES")
    ? new RefusedError(`The Docker of ${host} cannot be asked: ${message}; ${remedyFor(message, "")}`)
    : new UnreachableError(`The Docker of ${host} does not answer: ${message}`);
}

const remedies: readonly (readonly [words: RegExp, remedy: string])[] = [
  [
    /Permission denied \(/,
    "put the public key of whoever runs this into the user's authorized_keys there, or name another one with IdentityFile=… in kitestacks:host.sshOptions",
  ],
  [/not found/, "install Docker there, on the PATH of a shell that nobody types into"],
  [/permission denied|EACCES/, "let whoever asks use Docker there: usermod -aG docker <user>"],
  [/daemon (is )?running|docker\.sock: connect/, "start Docker there: systemctl start docker"],
  [/ENOENT/, "install OpenSSH's client on this machine"],
];

const remedyFor = (words: string, ssh: string): string =>
  remedies.find(([pattern]) => pattern.test(words))?.[1] ??
  `try by hand what it wants: ${ssh} docker version`;
