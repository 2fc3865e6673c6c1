import type { Provider } from "../../provider/provider.ts";
import { cloud } from "../kit/cloud.ts";
import { hasUnknown } from "../kit/values.ts";
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
