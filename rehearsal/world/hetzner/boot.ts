import { recordLost } from "../docker/lost.ts";
import type { Machine, Server } from "../state.ts";
import { joinTailnet } from "../tailscale/join.ts";
import type { Workings } from "../workings.ts";
import { type FirstBoot, readUserData } from "./user-data.ts";

/** A 4 GB type shows about 3,700 MiB to its system (seen on a cpx21). */
export function usableMiB(memoryGB: number): number {
  return Math.round(memoryGB * 925);
}

const NODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789";

function join(workings: Workings, urn: string, first: FirstBoot): { deviceId: string; note: string } {
  const { authKey, hostname } = first;
  if (first.problem !== "") return { deviceId: "", note: first.problem };
  if (authKey === "") {
    return {
      deviceId: "",
      note: "not on the tailnet: its user data runs no `tailscale up` with a join key (tskey-auth-…)",
    };
  }
  const nodeId = `n${workings.mint.pick(urn, "node", NODE_ALPHABET, 11)}CNTRL`;
  const joined = joinTailnet(workings.state, { authKey, hostname, nodeId });
  if ("problem" in joined) return { deviceId: "", note: `not on the tailnet: ${joined.problem}` };
  const address = workings.state.tailscale.devices[joined.deviceId]?.address ?? "";
  return { deviceId: joined.deviceId, note: `joined the tailnet as ${hostname} at ${address}` };
}

function loginOf(server: Server, first: FirstBoot): Machine["login"] {
  if (first.tailscaleSsh) return "tailscale";
  return server.sshKeys.length > 0 || first.authorizesKeys ? "keys" : "none";
}

/** First boot of a server: swap, Docker and the tailnet, each only as far as its user data asks for it. */
export function boot(workings: Workings, urn: string, server: Server): void {
  const type = workings.state.hetzner.serverTypes[server.serverType];
  const first = readUserData(server.userData, server.name);
  const { deviceId, note } = join(workings, urn, first);
  const address = workings.state.tailscale.devices[deviceId]?.address;
  workings.state.machines[server.name] = {
    name: server.name,
    docker: first.hasDocker && address ? `ssh://root@${address}` : "",
    login: loginOf(server, first),
    deviceId,
    serverId: server.id,
    addresses: [server.ipv4],
    ramMiB: usableMiB(type?.memoryGB ?? 0),
    swapMiB: first.swapMiB,
    diskMiB: (type?.diskGB ?? 0) * 1024,
    away: false,
    freeDiskMiB: (type?.diskGB ?? 0) * 1024,
    takenMiB: 0,
    dockerDiesAt: 0,
    slowStarts: {},
    containers: {},
    networks: {},
    volumes: {},
    images: {},
    files: {},
    guarded: first.guarded,
  };
  server.boot.push(
    note,
    first.hasDocker ? "installed Docker" : "no Docker: its user data does not install it",
    first.guarded.length > 0 ? `guards ${first.guarded.join(", ")}` : "no guard against neighbours",
    first.swapMiB > 0 ? `made ${first.swapMiB} MiB of swap` : "no swap",
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
