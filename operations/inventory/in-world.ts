import type { World } from "../../rehearsal/world/world.ts";
import { UnreachableError } from "./answers.ts";
import type { CloudflareFound, DockerFound, HetznerFound, Inventory, TailscaleFound } from "./inventory.ts";

/** What the simulated world would answer. */
export function inventoryOfWorld(world: World): Inventory {
  return {
    docker: async (host) => dockerOf(world, host),
    cloudflare: async () => cloudflareOf(world),
    hetzner: async () => hetznerOf(world),
    tailscale: async () => tailscaleOf(world),
  };
}

function dockerOf({ state }: World, host: string): DockerFound {
  const machine = state.machines[host];
  const device = state.tailscale.devices[machine?.deviceId ?? ""];
  if (machine === undefined || machine.away || !device?.online)
    throw new UnreachableError(`The Docker of ${host} does not answer: no route to host`);
  return {
    containers: Object.values(machine.containers).map(({ id, name, image, running, ports, mounts }) => ({
      id,
      name,
      image,
      running,
      ports: ports.map(({ ip, external, protocol }) => ({ address: ip, port: external, protocol })),
      volumes: mounts.filter(({ kind }) => kind === "volume").map(({ source }) => source),
    })),
    networks: Object.values(machine.networks).map(({ id, name, subnet }) => ({ id, name, subnet })),
    volumes: Object.keys(machine.volumes).map((name) => ({ name })),
  };
}

function cloudflareOf({ state }: World): CloudflareFound {
  const { records, tunnels, tunnelConfigs, rulesets } = state.cloudflare;
  return {
    rules: Object.values(rulesets).flatMap(({ id: rulesetId, phase, rules }) =>
      rules.map(({ id, ref, action, expression, description }, position) => ({
        id: String(id ?? ref ?? `${rulesetId}-${position}`),
        rulesetId,
        phase,
        action: String(action),
        expression: String(expression),
        description: String(description ?? ""),
      })),
    ),
    unseen: [],
    records: Object.values(records).map(({ id, name, type, content }) => ({ id, name, type, content })),
    tunnels: Object.values(tunnels).map(({ id, name, deletedAt }) => ({
      id,
      name,
      deletedAt,
      routes: (tunnelConfigs[id]?.ingresses ?? [])
        .filter(({ hostname }) => hostname !== "")
        .map(({ hostname, service }) => ({ hostname, service })),
    })),
  };
}

function hetznerOf({ state }: World): HetznerFound {
  const { servers, firewalls, sshKeys, primaryIps } = state.hetzner;
  return {
    servers: Object.values(servers).map(({ id, name }) => ({ id, name })),
    firewalls: Object.values(firewalls).map(({ id, name }) => ({ id, name })),
    sshKeys: Object.values(sshKeys).map(({ id, name, publicKey }) => ({ id, name, publicKey })),
    primaryIps: Object.values(primaryIps).map(({ id, name, assigneeId }) => ({
      id,
      name,
      serverId: assigneeId,
    })),
  };
}

function tailscaleOf({ state }: World): TailscaleFound {
  const { devices, keys } = state.tailscale;
  return {
    devices: Object.values(devices).map(({ id, hostname, address, tags, keyExpires = "" }) => ({
      id,
      name: hostname,
      address,
      tags,
      keyExpires,
    })),
    keys: Object.values(keys)
      .filter(({ revoked }) => !revoked)
      .map(({ id, description, expiresAt }) => ({ id, description, expires: expiresAt })),
  };
}
