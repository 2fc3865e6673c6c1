import { createHash } from "node:crypto";
import { ProviderError } from "../../provider/provider.ts";
import { factsOf, type ImageFacts, knownRepositories, parseReference } from "../image-facts.ts";
import type { DockerImage, Machine } from "../state.ts";
import type { Workings } from "../workings.ts";
import { takeDisk } from "./disk.ts";

/** The id that a reference has wherever it is pulled. */
export function imageIdOf(reference: string): string {
  return `sha256:${createHash("sha256").update(`image ${reference}`).digest("hex")}`;
}

/**
 * The image on a machine, pulled if it is not there. What the world's registries have is the repositories of the
 * image facts, under any tag or digest; a reference without either would move, so it is refused.
 */
export function pull({ imageFacts }: Workings, machine: Machine, reference: string): DockerImage {
  const present = machine.images[reference];
  if (present) return present;
  const { repository, tag, digest } = parseReference(reference);
  if (reference.startsWith("sha256:") || !factsOf(reference, imageFacts)) {
    throw new ProviderError(
      `unable to pull image ${reference}: pull access denied for ${repository || reference}, repository does not exist or may require 'docker login' ` +
        `(the rehearsal knows ${knownRepositories().join(", ")})`,
    );
  }
  if (tag === "" && digest === "") {
    throw new ProviderError(
      `unable to pull image ${reference}: the rehearsal refuses a reference without tag or digest, because it means another image every week; write ${reference}:<tag>`,
    );
  }
  takeDisk(machine, `unable to pull image ${reference}`);
  const image: DockerImage = { id: imageIdOf(reference), reference };
  machine.images[reference] = image;
  return image;
}

/** Facts of an image that is on a machine: for a build those of its base, with what its Dockerfile says on top. */
export function factsOfImage({ imageFacts }: Workings, image: DockerImage): ImageFacts | undefined {
  if (!image.build) return factsOf(image.reference, imageFacts);
  const base = factsOf(image.build.base, imageFacts);
  if (!base) return undefined;
  const { user, command } = image.build;
  return {
    ...base,
    user: user === "" ? base.user : user,
    ...(command.length > 0 && { command }),
  };
}
