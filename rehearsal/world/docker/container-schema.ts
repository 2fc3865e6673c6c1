import type { Properties, Value } from "../../provider/provider.ts";
import type { PropertyRule, Schema } from "../kit/schema.ts";
import {
  hasUnknown,
  isRecord,
  list,
  number,
  record,
  same,
  sameMap,
  sameSet,
  text,
  texts,
} from "../kit/values.ts";
import type { Container } from "../state.ts";

/** An absent duration is read back as "0s"; a duration in another than Go's form is a difference for ever. */
function sameHealthcheck(stored: Value | undefined, wanted: Value | undefined): boolean {
  if (!isRecord(wanted)) return !hasUnknown(wanted);
  if (!isRecord(stored) || hasUnknown(wanted)) return false;
  const durations = ["interval", "timeout", "startPeriod", "startInterval"];
  return (
    durations.every((key) => (text(stored[key]) || "0s") === (text(wanted[key]) || "0s")) &&
    number(stored["retries"]) === number(wanted["retries"]) &&
    same(stored["tests"], wanted["tests"])
  );
}

/** `ip` is 0.0.0.0 and `protocol` tcp when left out, in the program as in the state. */
function samePorts(stored: Value | undefined, wanted: Value | undefined): boolean {
  if (hasUnknown(wanted)) return false;
  const complete = (ports: Value | undefined): Value[] =>
    list(ports).map((entry) => ({ ip: "0.0.0.0", protocol: "tcp", ...record(entry) }));
  return sameSet(complete(stored), complete(wanted));
}

function sameNetworks(stored: Value | undefined, wanted: Value | undefined): boolean {
  if (hasUnknown(wanted)) return false;
  const complete = (networks: Value | undefined): Value[] =>
    list(networks).map((entry) => ({
      ...record(entry),
      aliases: [...texts(record(entry)["aliases"])].sort(),
    }));
  return sameSet(complete(stored), complete(wanted));
}

/** The provider takes capabilities literally: what the daemon keeps in another form is a difference for ever. */
function sameCapabilities(stored: Value | undefined, wanted: Value | undefined): boolean {
  if (hasUnknown(wanted)) return false;
  return ["adds", "drops"].every((key) => sameSet(record(stored)[key], record(wanted)[key]));
}

function rules(names: string, rule: PropertyRule): Record<string, PropertyRule> {
  return Object.fromEntries(names.split(" ").map((name) => [name, rule]));
}

/**
 * Which change replaces, updates in place or does nothing, and what a read tells: from the real provider's source
 * (resource_docker_container.go 4.5.0), and where the README says so proved on it.
 */
export const CONTAINER_SCHEMA: Schema = {
  inputs: {
    ...rules("image", { replaces: true, required: true }),
    ...rules("name hostname ipcMode runtime logDriver workingDir user entrypoints platform", {
      replaces: true,
      computed: true,
    }),
    // Its differences are shown as one.
    command: { replaces: true, computed: true, same },
    ...rules("envs labels securityOpts", { replaces: true, computed: true, unordered: true }),
    ...rules(
      "volumes mounts uploads hosts ulimits devices dns dnsOpts dnsSearches groupAdds deviceRequests",
      {
        replaces: true,
        unordered: true,
      },
    ),
    ...rules("domainname pidMode usernsMode cgroupParent cgroupnsMode readOnly privileged", {
      replaces: true,
    }),
    ...rules("publishAllPorts cpus tty stdinOpen gpus rm deviceCgroupRules", { replaces: true }),
    ...rules("networkMode", { replaces: true, default: "bridge" }),
    ...rules("shmSize", { replaces: true, computed: true }),
    ports: { replaces: true, same: samePorts },
    networksAdvanced: { replaces: true, same: sameNetworks },
    capabilities: { replaces: true, same: sameCapabilities },
    ...rules("logOpts sysctls storageOpts", { replaces: true, same: sameMap }),
    // Updated in place, the container is not restarted.
    ...rules("restart", { default: "no" }),
    ...rules("maxRetryCount memory memoryReservation memorySwap cpuShares cpuSet", {}),
    ...rules("deviceReadBps deviceReadIops deviceWriteBps deviceWriteIops", {}),
    mustRun: { default: true },
    // A change is shown as an update that does nothing: the program needs replaceOnChanges for these.
    ...rules("cpuPeriod cpuQuota", {}),
    tmpfs: { same: sameMap },
    ...rules("init stopSignal stopTimeout", { computed: true }),
    healthcheck: { computed: true, same: sameHealthcheck },
    // The provider's own behaviour.
    ...rules("start removeVolumes", { default: true }),
    ...rules("attach logs wait", { default: false }),
    ...rules("waitTimeout", { default: 60 }),
    ...rules("containerReadRefreshTimeoutMilliseconds", { default: 15_000 }),
    ...rules("destroyGraceSeconds", {}),
  },
  outputs: [
    "bridge",
    "containerLogs",
    "exitCode",
    "networkDatas",
    "hostname",
    "ipcMode",
    "runtime",
    "shmSize",
  ],
};

/**
 * What a read tells about a container, for the properties that the real provider reads; the rest stays as it was.
 * @param own The image's own command: Docker answers with it where the program gave none, or an empty one.
 */
export function readBack(container: Container, known: Properties, own: readonly string[]): Properties {
  const check = container.healthcheck;
  const command = container.command.length > 0 ? container.command : [...own];
  const given = (property: string, value: Value): Properties =>
    known[property] === undefined ? {} : { [property]: value };
  const configured = record(known["healthcheck"]);
  return {
    name: container.name,
    image: container.image,
    user: container.user,
    networkMode: container.networkMode,
    restart: container.restart,
    maxRetryCount: container.maxRetryCount,
    memory: container.memory,
    memorySwap: container.memorySwap,
    memoryReservation: container.memoryReservation,
    cpuShares: container.cpuShares,
    cpuSet: container.cpuSet,
    capabilities: { adds: container.capabilities.adds, drops: container.capabilities.drops },
    hosts: container.hosts,
    tmpfs: container.tmpfs,
    logDriver: container.logDriver,
    init: container.init,
    readOnly: container.readOnly,
    mustRun: container.running,
    ...(command.length > 0 ? { command } : given("command", [])),
    ...given("entrypoints", container.entrypoints),
    ...given("pidMode", container.pidMode),
    // One that stands still publishes nothing: then its ports are a difference, and it is replaced, not started.
    ...given("ports", container.running ? container.ports.map((port) => ({ ...port })) : []),
    ...(check
      ? {
          healthcheck: {
            tests: check.tests,
            interval: check.interval,
            timeout: check.timeout,
            startPeriod: check.startPeriod,
            retries: check.retries,
            ...(configured["startInterval"] === undefined ? {} : { startInterval: check.startInterval }),
          },
        }
      : {}),
  };
}

/** What a read adds once a container came up; a state without it is of a creation that failed. */
export function computedOutputs(container: Container, known: Properties): Properties {
  return {
    bridge: "",
    containerLogs: "",
    exitCode: 0,
    hostname: container.hostname || container.id.slice(0, 12),
    ipcMode: known["ipcMode"] ?? "private",
    runtime: known["runtime"] ?? "runc",
    shmSize: known["shmSize"] ?? 64,
    networkDatas: container.networks.map((network) => ({
      networkName: network.name,
      ipAddress: network.address,
    })),
  };
}
