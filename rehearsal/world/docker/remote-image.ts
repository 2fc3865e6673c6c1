import { type Properties, ProviderError } from "../../provider/provider.ts";
import { parseReference } from "../image-facts.ts";
import type { ResourceKind } from "../kit/cloud.ts";
import { flag, text } from "../kit/values.ts";
import type { DockerImage } from "../state.ts";
import type { Workings } from "../workings.ts";
import { giveDisk } from "./disk.ts";
import { pull } from "./images.ts";
import { machineFor } from "./machines.ts";

function outputsOf(image: DockerImage): Properties {
  const { repository, digest } = parseReference(image.reference);
  return { name: image.reference, imageId: image.id, repoDigest: `${repository}@${digest || image.id}` };
}

export function remoteImageKind(workings: Workings): ResourceKind {
  return {
    schema: {
      inputs: {
        name: { required: true, replaces: true },
        platform: { replaces: true },
        pullTriggers: { replaces: true, unordered: true },
        triggers: { replaces: true },
        build: { replaces: true },
        keepLocally: {},
        forceRemove: {},
      },
      outputs: ["imageId", "repoDigest"],
    },
    create({ instance, inputs }) {
      const machine = machineFor(workings.state, instance);
      const image = pull(workings, machine, text(inputs["name"]));
      return { id: `${image.id}${image.reference}`, outputs: outputsOf(image) };
    },
    read({ instance, id }) {
      const images = machineFor(workings.state, instance).images;
      const image = Object.values(images).find((one) => `${one.id}${one.reference}` === id);
      return image && { outputs: outputsOf(image) };
    },
    update: () => ({ outputs: {} }),
    delete({ instance, state }) {
      const machine = machineFor(workings.state, instance);
      const reference = text(state["name"]);
      if (flag(state["keepLocally"]) || !machine.images[reference]) return;
      const user = Object.values(machine.containers).find((container) => container.image === reference);
      if (user && !flag(state["forceRemove"])) {
        throw new ProviderError(
          `Unable to remove image ${reference}: conflict: unable to remove repository reference "${reference}" (must force) - container ${user.name} is using its referenced image`,
        );
      }
      delete machine.images[reference];
      giveDisk(machine);
    },
  };
}
