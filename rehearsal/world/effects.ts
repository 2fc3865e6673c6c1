import { isPostgres } from "./docker/postgres.ts";
import { loadedBy } from "./nftables.ts";
import type { Machine, WorldState } from "./state.ts";
import { machineAt } from "./tailscale/tailnet.ts";
import type { CommandEffect } from "./workings.ts";

function byPublicAddress(state: WorldState, address: string): Machine | undefined {
  return Object.values(state.machines).find((machine) => machine.addresses.includes(address));
}

/** What the command line asks where nothing says another address. */
export const localDocker = "unix:///var/run/docker.sock";

/** The machine whose Docker a command asks; `host` is an address, or "local" for what `DOCKER_HOST` says. */
export function machineOf(state: WorldState, { host, environment }: Whereabouts): Machine | undefined {
  if (host !== "local") return machineAt(state, host) ?? byPublicAddress(state, host);
  const address = environment["DOCKER_HOST"] ?? localDocker;
  return Object.values(state.machines).find((machine) => machine.docker === address);
}

interface Whereabouts {
  readonly host: string;
  readonly environment: Readonly<Record<string, string>>;
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
  const machine = machineOf(state, { host, environment });
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

/** A ruleset with the same table takes the place of the one before. */
const loadRuleset: CommandEffect = ({ host, text, stdin, environment }, state) => {
  const drops = loadedBy(`${text}\n${stdin}`);
  const machine = machineOf(state, { host, environment });
  if (drops === undefined || machine === undefined) return undefined;
  machine.guarded = drops;
  return { stdout: "changed\n" };
};

export const BUILT_IN_EFFECTS: readonly CommandEffect[] = [alterRole, loadRuleset];
