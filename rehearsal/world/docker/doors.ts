import type { Door } from "../image-facts.ts";
import type { Container, DockerVolume, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { factsFor, runOf } from "./process.ts";

export interface OpenDoor {
  kind: Door["kind"];
  how: string;
}

type FirstVisitor = Extract<Door, { kind: "first visitor" }>;

function doorsOf(workings: Workings, machine: Machine, container: Container): Door[] | undefined {
  return factsFor(workings, machine, container)?.doors?.(runOf(machine, container));
}

export function firstVisitorsOf(workings: Workings, machine: Machine, container: Container): FirstVisitor[] {
  return (doorsOf(workings, machine, container) ?? []).filter((door) => door.kind === "first visitor");
}

/** What remembers the administrator: the volume with the application's data, or the container where it has none. */
export function memoryOf(
  machine: Machine,
  container: Container,
  { data }: FirstVisitor,
): DockerVolume | Container {
  const mount = container.mounts.find(({ kind, target }) => kind === "volume" && target === data);
  return (mount && machine.volumes[mount.source]) ?? container;
}

/** Data that a person's own install left have the administrator that the person made. */
export function administratorOf(memory: DockerVolume | Container): "ours" | "first visitor" | undefined {
  return memory.administrator ?? (memory.createdBy === "hand" ? "ours" : undefined);
}

/** The ways in that are open now; undefined where nobody has looked at the image. */
export function openDoors(
  workings: Workings,
  machine: Machine,
  container: Container,
): OpenDoor[] | undefined {
  return doorsOf(workings, machine, container)?.flatMap((door): OpenDoor[] => {
    if (door.kind !== "first visitor") return [door];
    const administrator = administratorOf(memoryOf(machine, container, door));
    if (administrator === "ours") return [];
    const somebody = administrator === undefined ? "" : ", and somebody came before our step";
    return [{ kind: door.kind, how: `${door.how}${somebody}` }];
  });
}

/** A command that makes the administrator of an application closes its door, unless somebody came before. */
export function closeDoors(
  workings: Workings,
  machine: Machine,
  { text, stdin }: { text: string; stdin: string },
): void {
  for (const container of Object.values(machine.containers)) {
    const isAsked = text.includes(` ${container.name} `) || stdin.includes(`//${container.name}:`);
    for (const door of isAsked ? firstVisitorsOf(workings, machine, container) : []) {
      const memory = memoryOf(machine, container, door);
      if (door.madeBy?.test(stdin)) memory.administrator ??= "ours";
    }
  }
}
