import { isPostgres } from "./docker/postgres.ts";
import type { Machine, WorldState } from "./state.ts";
import { machineAt } from "./tailscale/tailnet.ts";
import type { CommandEffect } from "./workings.ts";

function byPublicAddress(state: WorldState, address: string): Machine | undefined {
  return Object.values(state.machines).find((machine) => machine.addresses.includes(address));
}

/** The machine on which a command runs; `host` is an address, or "local". */
export function machineOf(state: WorldState, host: string): Machine | undefined {
  if (host !== "local") return machineAt(state, host) ?? byPublicAddress(state, host);
  // A local command belongs to the machine whose Docker answers at a socket.
  return Object.values(state.machines).find((machine) => machine.docker.startsWith("unix://"));
}

/** `$name` and `${name}` replaced by what a shell script in the same text assigns, or its environment. */
function expanded(text: string, environment: Readonly<Record<string, string>>): string {
  const assigned = Object.fromEntries(
    [...text.matchAll(/^(\w+)='([^']*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  return text.replaceAll(
    /\$\{?(\w+)\}?/g,
    (whole, name: string) => environment[name] ?? assigned[name] ?? whole,
  );
}

/** `ALTER ROLE name … PASSWORD '…'` in the command or its input changes what the server's volume remembers. */
const alterRole: CommandEffect = ({ host, text, stdin, environment }, state) => {
  const statement = /ALTER\s+(?:ROLE|USER)\s+"?([\w-]+)"?\s[\s\S]*?PASSWORD\s+'((?:[^']|'')*)'/i.exec(
    expanded(`${text}\n${stdin}`, environment),
  );
  if (!statement) return undefined;
  const [, user = "", quoted = ""] = statement;
  const password = quoted.replaceAll("''", "'");
  const machine = machineOf(state, host);
  const server = Object.values(machine?.containers ?? {}).find(
    (container) => isPostgres(container) && container.running && text.includes(container.name),
  );
  if (!machine || !server) return { exitCode: 1, stderr: "Error response from daemon: No such container" };
  const volumes = server.mounts.map((mount) => machine.volumes[mount.source]?.postgres);
  const data = volumes.find((one) => one !== undefined) ?? server.postgres;
  if (data?.user !== user) return { exitCode: 3, stderr: `ERROR:  role "${user}" does not exist` };
  data.password = password;
  return { stdout: "ALTER ROLE\n" };
};

export const BUILT_IN_EFFECTS: readonly CommandEffect[] = [alterRole];
