import { IMAGES, LOCATIONS, SERVER_TYPES } from "./hetzner/catalogue.ts";
import { createMint } from "./kit/mint.ts";
import type { MachineOptions, WorldOptions } from "./options.ts";
import type { Device, Machine, Server, WorldState } from "./state.ts";
import { parsePolicy } from "./tailscale/policy.ts";
import { DEFAULT_POLICY } from "./tailscale/tailnet.ts";

const START = "2026-11-23T08:00:00.000Z";
const OPERATOR = "owner@example.com";

function machineFrom(options: MachineOptions, deviceId: string, serverId: string): Machine {
  return {
    name: options.name,
    docker: options.docker,
    login: "keys",
    deviceId,
    serverId,
    addresses: [...(options.addresses ?? [])],
    ramMiB: options.ramMiB ?? 16_000,
    swapMiB: options.swapMiB ?? 0,
    diskMiB: options.diskMiB ?? 100_000,
    away: false,
    freeDiskMiB: options.diskMiB ?? 100_000,
    takenMiB: 0,
    dockerDiesAt: 0,
    slowStarts: {},
    containers: {},
    networks: {},
    volumes: {},
    images: {},
    files: {},
    guarded: [],
  };
}

/** A client can only be made with tags that the policy defines. */
function refuseImpossibleClients({ oauthClients = [], policy }: WorldOptions["tailscale"]): void {
  if (policy === undefined) return;
  const { tagOwners } = parsePolicy(policy);
  for (const { id, tags = [] } of oauthClients)
    for (const tag of tags)
      if (!(tag in tagOwners))
        throw new Error(
          `The OAuth client ${id} cannot have ${tag}: define the tag in the policy's tagOwners.`,
        );
}

/** The world before the first `up`. */
export function firstState(options: WorldOptions): WorldState {
  refuseImpossibleClients(options.tailscale);
  const mint = createMint(options.seed, {});
  const now = options.now ?? START;
  const operator = options.tailscale.operator ?? OPERATOR;
  const machines: Record<string, Machine> = {};
  const devices: Record<string, Device> = {};
  const servers: Record<string, Server> = {};
  for (const server of options.hetzner.servers ?? []) {
    const id = server.id ?? mint.digits(`server ${server.name}`, "id", 8);
    servers[id] = {
      ...server,
      id,
      userData: "",
      sshKeys: [],
      firewallIds: [],
      labels: {},
      ipv6: `2a01:4ff:1f0:${mint.hex(`server ${server.name}`, "ipv6", 4)}::1`,
      primaryIpv4: "",
      deleteProtection: false,
      rebuildProtection: false,
      backups: false,
      createdAt: now,
      boot: ["existed before"],
    };
  }
  for (const machine of options.machines) {
    const deviceId =
      machine.tailnetAddress === "" ? "" : `n${mint.hex(`machine ${machine.name}`, "node", 11)}CNTRL`;
    const server = Object.values(servers).find((one) => one.name === machine.name);
    machines[machine.name] = machineFrom(machine, deviceId, server?.id ?? "");
    if (server) machines[machine.name]?.addresses.push(server.ipv4);
    if (deviceId === "") continue;
    const tags = [...(machine.tags ?? [])];
    devices[deviceId] = {
      id: deviceId,
      hostname: machine.name,
      address: machine.tailnetAddress,
      user: tags.length > 0 ? "" : operator,
      tags,
      online: true,
      keyExpiryDisabled: tags.length > 0,
      createdAt: now,
      joinedWith: "",
    };
  }
  return {
    seed: options.seed,
    clock: new Date(now).toISOString(),
    generations: {},
    machines,
    volumesLost: [],
    readOnlyTokens: [...(options.readOnlyTokens ?? [])],
    hetzner: {
      tokens: [...options.hetzner.tokens],
      serverTypes: { ...SERVER_TYPES, ...options.hetzner.serverTypes },
      locations: LOCATIONS,
      images: IMAGES,
      sshKeys: {},
      firewalls: {},
      primaryIps: {},
      servers,
    },
    cloudflare: {
      apiTokens: [...options.cloudflare.apiTokens],
      accounts: Object.fromEntries(
        options.cloudflare.accounts.map((account) => [
          account.id,
          { id: account.id, zones: Object.fromEntries(account.zones.map((zone) => [zone.id, { ...zone }])) },
        ]),
      ),
      tunnels: {},
      tunnelConfigs: {},
      records: {},
      settings: {},
      rulesets: {},
    },
    tailscale: {
      apiKeys: [...(options.tailscale.apiKeys ?? [])],
      oauthClients: (options.tailscale.oauthClients ?? []).map((client) => ({ ...client })),
      policy: options.tailscale.policy ?? DEFAULT_POLICY,
      policyIsDefault: options.tailscale.policy === undefined,
      operator,
      devices,
      keys: {},
    },
    commands: {},
    faults: [],
  };
}
