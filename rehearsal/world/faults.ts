import { imageIdOf } from "./docker/images.ts";
import { shutDown } from "./hetzner/boot.ts";
import type { Container, DnsRecord, Fault, Machine, PublishedPort, Server, Tunnel } from "./state.ts";
import { parsePolicy } from "./tailscale/policy.ts";
import type { Workings } from "./workings.ts";

/** Which operation fails; everything that is left out matches. */
export interface Failure {
  operation?: Fault["operation"];
  /** Over the type token, e.g. /container/ ; for a look-up over its token. */
  type?: RegExp;
  /** Over the URN, whose last part is the resource's name. */
  urn?: RegExp;
  /** The nth matching call, from 1; 0 for every one. Default 1. */
  nth?: number;
  /** "after": the cloud does it, but the engine never learns of it. Default "before". */
  when?: Fault["when"];
  message?: string;
}

/** What goes wrong, and what people do by hand. Every method changes the world at once. */
export interface Faults {
  fail(failure: Failure): void;
  /** Takes back every `fail`. */
  clearFailures(): void;
  advanceClock(by: { seconds?: number; hours?: number; days?: number }): void;
  /** The machine is switched off or its network is gone. */
  goAway(machine: string): void;
  comeBack(machine: string): void;
  fillDisk(machine: string): void;
  emptyDisk(machine: string): void;
  /** The next starts of a container take so long to answer. */
  slowHealth(machine: string, container: string, seconds: number): void;
  stopContainer(machine: string, container: string): void;
  removeContainer(machine: string, container: string): void;
  /** Removed and run again by hand under the same name: another id, no longer the program's. */
  recreateContainer(machine: string, container: string): void;
  /** `docker run` by hand. */
  runContainer(machine: string, container: Partial<Container> & { name: string; image: string }): void;
  /** The same container id with another image, as a tool that updates containers leaves it. */
  changeImage(machine: string, container: string, image: string): void;
  publishPort(machine: string, container: string, port: PublishedPort): void;
  createNetwork(machine: string, network: { name: string; subnet: string; gateway: string }): void;
  createVolume(machine: string, name: string): void;
  removeVolume(machine: string, name: string): void;
  removeImages(machine: string): void;
  editRecord(name: string, change: Partial<DnsRecord>): void;
  addRecord(record: Pick<DnsRecord, "zoneId" | "name" | "type" | "content"> & Partial<DnsRecord>): void;
  removeRecord(name: string): void;
  /** Points the ingress rule of a hostname somewhere else. */
  editIngress(tunnel: string, hostname: string, service: string): void;
  editSetting(zoneId: string, setting: string, value: string): void;
  deleteTunnel(name: string): void;
  /** Somebody saves another policy in Tailscale's own editor. */
  editPolicy(policy: string): void;
  expireKeys(): void;
  removeDevice(hostname: string): void;
  deleteServer(name: string): void;
  deleteFirewallRule(firewall: string, index: number): void;
}

function named<Entry extends { name: string }>(
  entries: Record<string, Entry>,
  what: string,
  name: string,
): Entry {
  const found = Object.values(entries).find((entry) => entry.name === name);
  if (found) return found;
  const known = Object.values(entries).map((entry) => entry.name);
  throw new Error(`the world has no ${what} ${name}; it has ${known.sort().join(", ") || "none"}`);
}

const EMPTY_CONTAINER: Omit<Container, "id" | "name" | "image" | "imageId" | "createdAt"> = {
  createdBy: "hand",
  command: [],
  entrypoints: [],
  env: {},
  labels: {},
  user: "",
  workingDir: "",
  hostname: "",
  networkMode: "bridge",
  pidMode: "",
  networks: [],
  ports: [],
  mounts: [],
  files: [],
  memory: 0,
  memorySwap: 0,
  memoryReservation: 0,
  restart: "no",
  maxRetryCount: 0,
  cpuShares: 0,
  cpuSet: "",
  healthcheck: null,
  hosts: [],
  capabilities: { adds: [], drops: [] },
  securityOpts: [],
  readOnly: false,
  privileged: false,
  tmpfs: {},
  init: false,
  logDriver: "json-file",
  logOpts: {},
  running: true,
  secret: { env: [], files: [], labels: [], command: false },
  createProblem: "",
};

/** Faults on machines: the hosts themselves and what runs in their Docker. */
function dockerFaults(workings: Workings) {
  const { state, mint } = workings;
  const machine = (name: string): Machine => named(state.machines, "machine", name);
  const container = (on: string, name: string): Container =>
    named(machine(on).containers, `container on ${on} named`, name);
  const handMadeId = (on: string, name: string, length: number): string => {
    const key = `by hand ${on}/${name}`;
    mint.begin(key);
    return mint.hex(key, "id", length);
  };
  const put = (on: string, made: Container): void => {
    const host = machine(on);
    host.containers[made.name] = made;
    host.images[made.image] ??= { id: made.imageId, reference: made.image };
  };
  return {
    goAway: (name: string) => setPresence(workings, machine(name), false),
    comeBack: (name: string) => setPresence(workings, machine(name), true),
    fillDisk: (name: string) => {
      machine(name).diskFull = true;
    },
    emptyDisk: (name: string) => {
      machine(name).diskFull = false;
    },
    slowHealth: (on: string, name: string, seconds: number) => {
      machine(on).slowStarts[name] = seconds;
    },
    stopContainer: (on: string, name: string) => {
      container(on, name).running = false;
    },
    removeContainer: (on: string, name: string) => {
      container(on, name);
      delete machine(on).containers[name];
    },
    recreateContainer: (on: string, name: string) => {
      const old = container(on, name);
      put(on, { ...old, id: handMadeId(on, name, 64), createdBy: "hand", createdAt: state.clock });
    },
    runContainer: (on: string, wanted: Partial<Container> & { name: string; image: string }) => {
      put(on, {
        ...EMPTY_CONTAINER,
        id: handMadeId(on, wanted.name, 64),
        imageId: imageIdOf(wanted.image),
        createdAt: state.clock,
        ...wanted,
      });
    },
    changeImage: (on: string, name: string, image: string) => {
      const changed = container(on, name);
      put(on, { ...changed, image, imageId: imageIdOf(image) });
    },
    publishPort: (on: string, name: string, port: PublishedPort) => {
      container(on, name).ports.push(port);
    },
    createNetwork: (on: string, network: { name: string; subnet: string; gateway: string }) => {
      machine(on).networks[network.name] = {
        ...network,
        id: handMadeId(on, network.name, 64),
        driver: "bridge",
        internal: false,
        labels: {},
        options: {},
        createdBy: "hand",
      };
    },
    createVolume: (on: string, name: string) => {
      machine(on).volumes[name] = {
        name,
        driver: "local",
        driverOpts: {},
        labels: {},
        createdBy: "hand",
        createdAt: state.clock,
      };
    },
    removeVolume: (on: string, name: string) => {
      delete machine(on).volumes[name];
    },
    /** `docker image prune -a`: what no container uses is gone, builds included. */
    removeImages: (on: string) => {
      const host = machine(on);
      const used = Object.values(host.containers).map((one) => one.imageId);
      for (const [key, image] of Object.entries(host.images))
        if (!used.includes(image.id)) delete host.images[key];
    },
  };
}

function setPresence({ state }: Workings, machine: Machine, present: boolean): void {
  machine.away = !present;
  const device = state.tailscale.devices[machine.deviceId];
  if (device) device.online = present;
}

/** Faults in the accounts: records, tunnels, servers. */
function cloudFaults(workings: Workings) {
  const { cloudflare, hetzner } = workings.state;
  const server = (name: string): Server => named(hetzner.servers, "server", name);
  const tunnel = (name: string): Tunnel => named(cloudflare.tunnels, "tunnel", name);
  return {
    editRecord: (name: string, change: Partial<DnsRecord>) => {
      Object.assign(named(cloudflare.records, "DNS record", name), change);
    },
    addRecord: (record: Pick<DnsRecord, "zoneId" | "name" | "type" | "content"> & Partial<DnsRecord>) => {
      const key = `by hand ${record.type} ${record.name}`;
      workings.mint.begin(key);
      const id = workings.mint.hex(key, "record", 32);
      const rest = {
        proxied: false,
        ttl: 1,
        comment: "",
        priority: 0,
        createdAt: workings.state.clock,
        createdBy: "hand",
      };
      cloudflare.records[id] = { ...rest, ...record, id };
    },
    removeRecord: (name: string) => {
      delete cloudflare.records[named(cloudflare.records, "DNS record", name).id];
    },
    editIngress: (name: string, hostname: string, service: string) => {
      const config = cloudflare.tunnelConfigs[tunnel(name).id];
      const rule = config?.ingresses.find((one) => one.hostname === hostname);
      if (!config || !rule) throw new Error(`tunnel ${name} has no ingress rule for ${hostname}`);
      rule.service = service;
      config.version += 1;
    },
    editSetting: (zoneId: string, setting: string, value: string) => {
      cloudflare.settings[zoneId] = { ...cloudflare.settings[zoneId], [setting]: value };
    },
    deleteTunnel: (name: string) => {
      tunnel(name).deletedAt = workings.state.clock;
    },
    deleteServer: (name: string) => {
      const gone = server(name);
      const ip = hetzner.primaryIps[gone.primaryIpv4];
      if (ip) ip.assigneeId = "";
      shutDown(workings, gone);
      delete hetzner.servers[gone.id];
    },
    deleteFirewallRule: (name: string, index: number) => {
      named(hetzner.firewalls, "firewall", name).rules.splice(index, 1);
    },
  };
}

function tailnetFaults({ state }: Workings) {
  const { tailscale } = state;
  return {
    editPolicy: (policy: string) => {
      parsePolicy(policy);
      tailscale.policy = policy;
      tailscale.policyIsDefault = false;
    },
    expireKeys: () => {
      for (const key of Object.values(tailscale.keys)) key.expiresAt = state.clock;
    },
    removeDevice: (hostname: string) => {
      const found = Object.values(tailscale.devices).find((device) => device.hostname === hostname);
      if (!found) throw new Error(`the tailnet has no device ${hostname}`);
      delete tailscale.devices[found.id];
    },
  };
}

export function createFaults(workings: Workings): Faults {
  const { state } = workings;
  return {
    fail(failure) {
      state.faults.push({
        operation: failure.operation ?? "any",
        type: failure.type?.source ?? "",
        urn: failure.urn?.source ?? "",
        nth: failure.nth ?? 1,
        when: failure.when ?? "before",
        message: failure.message ?? "injected failure: the connection was reset",
        seen: 0,
      });
    },
    clearFailures() {
      state.faults.length = 0;
    },
    advanceClock({ seconds = 0, hours = 0, days = 0 }) {
      const milliseconds = ((days * 24 + hours) * 3600 + seconds) * 1000;
      state.clock = new Date(Date.parse(state.clock) + milliseconds).toISOString();
    },
    ...dockerFaults(workings),
    ...cloudFaults(workings),
    ...tailnetFaults(workings),
  };
}
