import { recordLost } from "../docker/lost.ts";
import type { Machine, Server } from "../state.ts";
import { joinTailnet } from "../tailscale/join.ts";
import type { Workings } from "../workings.ts";

const UNIT_MIB: Record<string, number> = { K: 1 / 1024, M: 1, G: 1024, B: 1 / 1024 / 1024 };

/** MiB of swap that a cloud-init text makes: cloud-init's `swap:` section, or fallocate, truncate or dd of a file. */
export function swapIn(userData: string): number {
  const patterns = [
    /fallocate\s+-l\s*(\d+)\s*([KMG])?/i,
    /truncate\s+-s\s*(\d+)\s*([KMG])?/i,
    /swap:[\s\S]{0,120}?size:\s*"?(\d+)\s*([KMGB])?/i,
  ];
  for (const pattern of patterns) {
    const match = pattern.exec(userData);
    if (match) return Math.round(Number(match[1]) * (UNIT_MIB[(match[2] ?? "B").toUpperCase()] ?? 0));
  }
  const dd = /dd\s.*bs=(\d+)([KMG]).*count=(\d+)/i.exec(userData);
  return dd ? Math.round(Number(dd[1]) * Number(dd[3]) * (UNIT_MIB[(dd[2] ?? "M").toUpperCase()] ?? 0)) : 0;
}

/** A 4 GB type shows about 3,700 MiB to its system (services.md, hosts). */
function usableMiB(memoryGB: number): number {
  return Math.round(memoryGB * 925);
}

function join(workings: Workings, urn: string, server: Server): { deviceId: string; note: string } {
  const authKey = /tskey-auth-[A-Za-z0-9-]+/.exec(server.userData)?.[0];
  if (!authKey)
    return { deviceId: "", note: "not on the tailnet: no join key (tskey-auth-…) in its user data" };
  const hostname = /--hostname[= ]['"]?([A-Za-z0-9-]+)/.exec(server.userData)?.[1] ?? server.name;
  const nodeId = `n${workings.mint.pick(urn, "node", "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789", 11)}CNTRL`;
  const joined = joinTailnet(workings.state, { authKey, hostname, nodeId });
  if ("problem" in joined) return { deviceId: "", note: `not on the tailnet: ${joined.problem}` };
  const address = workings.state.tailscale.devices[joined.deviceId]?.address ?? "";
  return { deviceId: joined.deviceId, note: `joined the tailnet as ${hostname} at ${address}` };
}

/** First boot of a server: swap, Docker and the tailnet, each only as far as its cloud-init text asks for it. */
export function boot(workings: Workings, urn: string, server: Server): void {
  const type = workings.state.hetzner.serverTypes[server.serverType];
  const { deviceId, note } = join(workings, urn, server);
  const hasDocker = /\bdocker\b/i.test(server.userData);
  const address = workings.state.tailscale.devices[deviceId]?.address;
  const swapMiB = swapIn(server.userData);
  const machine: Machine = {
    name: server.name,
    docker: hasDocker && address ? `ssh://root@${address}` : "",
    deviceId,
    serverId: server.id,
    addresses: [server.ipv4],
    ramMiB: usableMiB(type?.memoryGB ?? 0),
    swapMiB,
    diskMiB: (type?.diskGB ?? 0) * 1024,
    away: false,
    diskFull: false,
    slowStarts: {},
    containers: {},
    networks: {},
    volumes: {},
    images: {},
    files: {},
  };
  workings.state.machines[server.name] = machine;
  server.boot.push(
    note,
    hasDocker ? "installed Docker" : "no Docker: its user data does not install it",
    swapMiB > 0 ? `made ${swapMiB} MiB of swap` : "no swap",
  );
}

/** The server is gone: so is its machine with everything on it, while its device stays in the tailnet's list. */
export function shutDown(workings: Workings, server: Server): void {
  const { machines, tailscale } = workings.state;
  const machine = Object.values(machines).find((entry) => entry.serverId === server.id);
  if (!machine) return;
  const device = tailscale.devices[machine.deviceId];
  if (device) {
    device.online = false;
    const key = tailscale.keys[device.joinedWith];
    if (key?.ephemeral) delete tailscale.devices[device.id];
  }
  recordLost(workings.state, machine, Object.keys(machine.volumes));
  delete machines[machine.name];
}
