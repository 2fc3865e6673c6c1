import type { ImageFacts, Listener, Run } from "../image-facts.ts";
import type { Container, DockerImage, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { factsOfImage } from "./images.ts";

export function imageOf(machine: Machine, container: Container): DockerImage | undefined {
  return (
    machine.images[container.image] ??
    Object.values(machine.images).find((image) => image.id === container.imageId)
  );
}

export function factsFor(workings: Workings, machine: Machine, container: Container): ImageFacts | undefined {
  const image = imageOf(machine, container);
  return image ? factsOfImage(workings, image) : undefined;
}

/** Uploads are written before the start, so that a tmpfs over them hides them. */
export function isHidden(container: Container, path: string): boolean {
  const mounted = container.mounts.filter(({ kind }) => kind === "tmpfs").map(({ target }) => target);
  return [...Object.keys(container.tmpfs), ...mounted].some((folder) =>
    path.startsWith(`${folder.replace(/\/$/, "")}/`),
  );
}

/** A container's configuration as its processes see it. */
export function runOf(machine: Machine, container: Container): Run {
  const visible = container.files.filter(({ path }) => !isHidden(container, path));
  const files = Object.fromEntries(visible.map(({ path, content }) => [path, content]));
  return {
    env: container.env,
    command: container.command,
    exposed: imageOf(machine, container)?.build?.exposed ?? [],
    files,
    file: (path) => files[path],
    isMounted: (path) =>
      container.mounts.some(
        ({ target }) => path === target || path.startsWith(`${target.replace(/\/$/, "")}/`),
      ),
  };
}

/** Where a container's processes listen, by the facts about its image and its configuration. */
export function listenersOf(workings: Workings, machine: Machine, container: Container): Listener[] {
  return factsFor(workings, machine, container)?.listens(runOf(machine, container)) ?? [];
}

/** The uid that reads and writes files in the container. */
export function userOf(container: Container, facts: ImageFacts): string {
  return (container.user || facts.user).split(":")[0] ?? "0";
}
