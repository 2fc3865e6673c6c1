import { type Provider, ProviderError } from "../../provider/provider.ts";
import { cloud } from "../kit/cloud.ts";
import { hasUnknown, text } from "../kit/values.ts";
import type { Workings } from "../workings.ts";
import { containerKind } from "./container.ts";
import { imageKind } from "./image-build.ts";
import { addressOf, machineFor } from "./machines.ts";
import { networkKind } from "./network.ts";
import { remoteImageKind } from "./remote-image.ts";
import { volumeKind } from "./volume.ts";

/** `@pulumi/docker` 5.2: every instance talks to the one machine whose address it was configured with. */
export function dockerProvider(workings: Workings): Provider {
  return cloud({
    configure(instance) {
      refuseContext(text(instance.config["context"] ?? workings.environment["DOCKER_CONTEXT"]));
      // Over SSH the real provider connects with the first operation, so that a preview needs no host (proved).
      const address = addressOf(instance);
      if (hasUnknown(instance.config["host"]) || address.startsWith("ssh://")) return;
      machineFor(workings.state, instance);
    },
    kinds: {
      "docker:index/container:Container": containerKind(workings),
      "docker:index/network:Network": networkKind(workings),
      "docker:index/volume:Volume": volumeKind(workings),
      "docker:index/remoteImage:RemoteImage": remoteImageKind(workings),
      "docker:index/image:Image": imageKind(workings),
    },
  });
}

/** A context comes before the address (proved: containers of one host were made on another); no machine here has one. */
function refuseContext(name: string): void {
  if (name === "") return;
  throw new ProviderError(`Error loading Docker context '${name}': context '${name}' not found`);
}
