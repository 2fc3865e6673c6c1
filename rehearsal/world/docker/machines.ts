import { isSshKeyword } from "../../../settings/schema/ssh-keywords.ts";
import { type Instance, ProviderError } from "../../provider/provider.ts";
import { hasUnknown, text, texts } from "../kit/values.ts";
import type { Machine, WorldState } from "../state.ts";
import { sshTo } from "../tailscale/tailnet.ts";

interface SshAddress {
  user: string;
  host: string;
}

function parseSsh(address: string): SshAddress | undefined {
  const match = /^ssh:\/\/(?:([^@/]+)@)?([^:/]+)(?::(\d+))?\/?$/.exec(address);
  return match ? { user: match[1] ?? "root", host: match[2] ?? "" } : undefined;
}

/** In the words of Docker's ssh connection helper, which the provider uses. */
function sshFailure({ user, host }: SshAddress, stderr: string): ProviderError {
  return new ProviderError(
    `error during connect: command [ssh -o ConnectTimeout=30 -l ${user} -- ${host} docker system dial-stdio] has exited with exit status 255, ` +
      `make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: stderr=${stderr}`,
  );
}

/** What ssh says to an option that it does not know; it ends before it connects. */
function badOption(options: readonly string[]): string | undefined {
  for (const [i, argument] of options.entries()) {
    if (i % 2 === 0 && argument !== "-o")
      return `the simulated ssh takes options after -o alone, not ${argument}`;
    const keyword = argument.split("=")[0] ?? "";
    if (i % 2 === 1 && !isSshKeyword(keyword))
      return `command-line: line 0: Bad configuration option: ${keyword.toLowerCase()}`;
  }
  return undefined;
}

function overSsh(state: WorldState, address: SshAddress, options: readonly string[]): Machine {
  const { user, host } = address;
  const bad = badOption(options);
  if (bad !== undefined) throw sshFailure(address, bad);
  const machine = sshTo(state, host, user);
  if ("problem" in machine) throw sshFailure(address, machine.problem);
  const declared = parseSsh(machine.docker);
  if (declared !== undefined && declared.user !== user) {
    throw sshFailure(address, `${user}@${host}: Permission denied (publickey).`);
  }
  if (machine.docker === "") throw sshFailure(address, "bash: line 1: docker: command not found");
  return machine;
}

/** The address that a provider instance was configured with; without one it is the local socket, as with `DOCKER_HOST` unset. */
export function addressOf(instance: Instance): string {
  return text(instance.config["host"]) || "unix:///var/run/docker.sock";
}

/**
 * The machine whose Docker answers at the address that this provider instance was configured with.
 * @throws ProviderError like the real provider when nothing answers there.
 */
export function machineFor(state: WorldState, instance: Instance): Machine {
  if (hasUnknown(instance.config["host"])) {
    throw new ProviderError("the Docker provider was used before its host was known");
  }
  const address = addressOf(instance);
  const ssh = parseSsh(address);
  if (ssh) return overSsh(state, ssh, texts(instance.config["sshOpts"]));
  const machine = Object.values(state.machines).find((one) => one.docker === address && !one.away);
  if (machine) return machine;
  throw new ProviderError(
    `docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon (${address})`,
  );
}
