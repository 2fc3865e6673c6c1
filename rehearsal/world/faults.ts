import { cloudFaults, tailnetFaults } from "./faults-of-clouds.ts";
import { machineFaults } from "./faults-of-machines.ts";
import type { Container, DnsRecord, Fault, PublishedPort } from "./state.ts";
import type { Workings } from "./workings.ts";

/** Which operation fails; everything that is left out matches. */
interface Failure {
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
  /** So many MiB are left where Docker keeps its data; without a number, none. */
  fillDisk(machine: string, leftMiB?: number): void;
  emptyDisk(machine: string): void;
  /** Other programs than containers have so much of its memory. */
  takeMemory(machine: string, mebibytes: number): void;
  /** The next starts of a container take so long to answer. */
  slowHealth(machine: string, container: string, seconds: number): void;
  /**
   * Docker is killed and started again: what ran stands still. At once, or while it makes a container: the first from
   * now, the second, and so on.
   */
  killDocker(machine: string, atCreation?: number): void;
  /** Somebody starts by hand what stands still. */
  startContainers(machine: string): void;
  stopContainer(machine: string, container: string): void;
  removeContainer(machine: string, container: string): void;
  /** Removed and run again by hand under the same name: another id, no longer the program's. */
  recreateContainer(machine: string, container: string): void;
  /** `docker run` by hand. */
  runContainer(machine: string, container: Partial<Container> & { name: string; image: string }): void;
  /** The same container id with another image, as a tool that updates containers leaves it. */
  changeImage(machine: string, container: string, image: string): void;
  publishPort(machine: string, container: string, port: PublishedPort): void;
  createNetwork(
    machine: string,
    network: { id?: string; name: string; subnet: string; gateway: string },
  ): void;
  createVolume(machine: string, name: string): void;
  removeVolume(machine: string, name: string): void;
  removeImages(machine: string): void;
  editRecord(name: string, change: Partial<DnsRecord>): void;
  addRecord(record: Pick<DnsRecord, "zoneId" | "name" | "type" | "content"> & Partial<DnsRecord>): void;
  removeRecord(name: string): void;
  /** A rule saved in Cloudflare's dashboard: into the ruleset that the phase has, or into a new one. */
  addRule(
    zoneId: string,
    phase: string,
    rule: { id: string; action: string; expression: string; description: string },
  ): void;
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
    ...machineFaults(workings),
    ...cloudFaults(workings),
    ...tailnetFaults(workings),
  };
}
