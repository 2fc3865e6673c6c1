import { Image as BuiltImage } from "@pulumi/docker/image.js";
import { RemoteImage } from "@pulumi/docker/remoteImage.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Image } from "../catalogue/service.ts";

export interface ReadyImage {
  /** What a container names: the reference, or the id of what was built. */
  readonly name: pulumi.Input<string>;
  readonly resource: pulumi.Resource;
}

/** Pulls an image on the host, or builds it there from a folder of this repository. */
export function image(
  service: string,
  source: Image,
  platform: string,
  options: pulumi.CustomResourceOptions,
): ReadyImage {
  if ("reference" in source) {
    const pulled = new RemoteImage(service, { name: source.reference, platform, keepLocally: true }, options);
    return { name: source.reference, resource: pulled };
  }
  const built = new BuiltImage(
    service,
    {
      imageName: `kitestacks/${service}`,
      skipPush: true,
      build: {
        // Relative to the project, so that the path of a checkout is never a difference.
        context: source.build,
        dockerfile: `${source.build}/Dockerfile`,
        platform, // the default is the platform of the machine that runs Pulumi
        args: { [source.baseArgument]: source.base },
      },
    },
    options,
  );
  // Without a push this is the image's id: another content is another id, and so a new container.
  return { name: built.repoDigest, resource: built };
}
