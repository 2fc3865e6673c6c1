import { stopAll } from "./docker/die.ts";
import { giveDisk } from "./docker/disk.ts";
import { imageIdOf } from "./docker/images.ts";
import { start } from "./docker/start.ts";
import { named } from "./kit/named.ts";
import type { Container, Machine, PublishedPort } from "./state.ts";
import type { Workings } from "./workings.ts";

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
export function machineFaults(workings: Workings) {
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
    fillDisk: (name: string, leftMiB = 0) => {
      machine(name).freeDiskMiB = leftMiB;
    },
    emptyDisk: (name: string) => {
      machine(name).freeDiskMiB = machine(name).diskMiB;
    },
    takeMemory: (name: string, mebibytes: number) => {
      machine(name).takenMiB = mebibytes;
    },
    slowHealth: (on: string, name: string, seconds: number) => {
      machine(on).slowStarts[name] = seconds;
    },
    killDocker: (name: string, atCreation = 0) => {
      if (atCreation === 0) stopAll(machine(name));
      else machine(name).dockerDiesAt = atCreation;
    },
    startContainers: (name: string) => {
      for (const one of Object.values(machine(name).containers))
        if (!one.running) start(workings, machine(name), one);
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
    createNetwork: (on: string, network: { id?: string; name: string; subnet: string; gateway: string }) => {
      machine(on).networks[network.name] = {
        id: handMadeId(on, network.name, 64),
        ...network,
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
        if (!used.includes(image.id)) {
          delete host.images[key];
          giveDisk(host);
        }
    },
  };
}

function setPresence({ state }: Workings, machine: Machine, present: boolean): void {
  machine.away = !present;
  const device = state.tailscale.devices[machine.deviceId];
  if (device) device.online = present;
}
