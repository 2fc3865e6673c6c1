import type { Facts } from "../catalogue/facts.ts";
import type { Image, Service } from "../catalogue/service.ts";
import type { ContainerPlan } from "./plan.ts";

/** What one service becomes on one host. */
export function containerPlan(service: Service, facts: Facts): ContainerPlan {
  const { limit, typical, swap = limit } = service.memory;
  const network = service.network ?? "bridge";
  return {
    name: service.name,
    image: imageOf(service, facts),
    command: service.command?.(facts) ?? [],
    environment: service.environment?.(facts) ?? {},
    network,
    // In the host's network nothing is published: where such a container listens is its own setting.
    published: network === "host" ? [] : publishedPorts(service, facts),
    volumes: volumesOf(service, facts),
    hostPaths: hostPathsOf(service, facts),
    files: service.files?.(facts) ?? [],
    health: typeof service.health === "function" ? service.health(facts) : undefined,
    memoryMiB: limit,
    memorySwapMiB: limit + swap,
    typicalMiB: typical,
    sharedMemoryMiB: service.sharedMemory,
    init: service.init ?? false,
    user: service.user,
    stopSeconds: service.stopSeconds ?? 30,
    needs: needsOf(service, facts).filter((name) => facts.runs(name)),
  };
}

/** The connector waits for what its first visitor would own too: the step that makes the administrator gates it. */
function needsOf({ needs = [], connector }: Service, { firstVisitors }: Facts): readonly string[] {
  return connector ? [...needs, ...firstVisitors] : needs;
}

/** The settings' image instead of the catalogue's; for what is built here, instead of its base. */
function imageOf({ name, image }: Service, { settings }: Facts): Image {
  const override = settings.services.images[name];
  if (override === undefined) return image;
  return "build" in image ? { ...image, base: override } : { reference: override };
}

/** On the tailnet address or not at all: Docker's published ports go round the host's firewall. */
function publishedPorts({ tailnetPorts = [] }: Service, { host }: Facts) {
  return tailnetPorts.map(({ port }) => ({ address: host.address, port, target: port }));
}

function volumesOf({ volumes = [] }: Service, { host }: Facts) {
  return volumes
    .filter(({ path }) => path !== booksPath || host.booksPath === undefined)
    .map(({ name, path }) => ({ volume: name, path }));
}

/** A folder of the host takes the place of the empty volume, where a person named one. */
function hostPathsOf(service: Service, facts: Facts) {
  const declared = service.hostPaths?.(facts) ?? [];
  const { booksPath: folder } = facts.host;
  const wantsBooks = service.volumes?.some(({ path }) => path === booksPath) ?? false;
  return wantsBooks && folder !== undefined ? [...declared, { hostPath: folder, path: booksPath }] : declared;
}

const booksPath = "/books";
