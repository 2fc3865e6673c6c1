import { Container } from "@pulumi/docker/container.js";
import type { Network } from "@pulumi/docker/network.js";
import type { Provider } from "@pulumi/docker/provider.js";
import type { Volume } from "@pulumi/docker/volume.js";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../plan/plan.ts";
import { containerArgs, replaceOnChanges } from "./container.ts";
import { image } from "./image.ts";
import type { Lookup } from "./resolve.ts";

export interface ServiceArgs {
  readonly plan: ContainerPlan;
  readonly platform: string;
  readonly network: Network;
  readonly volumes: Readonly<Record<string, Volume>>;
  /** Containers that must be healthy first, and steps that must have been done in them. */
  readonly needs: readonly pulumi.Resource[];
  readonly provider: Provider;
  readonly lookup: Lookup;
}

/** One container of a host with its image; it counts as done when its health check passes. */
export class Service extends pulumi.ComponentResource {
  readonly container: Container;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kitestacks:docker:Service", name, {}, opts);
    const { plan, provider, volumes } = args;
    const options = { parent: this, provider };
    const ready = image(name, plan.image, args.platform, options);
    this.container = new Container(name, containerArgs(plan, ready.name, args.network.id, args.lookup), {
      ...options,
      dependsOn: [
        ready.resource,
        // On the host's network too: what listens on the bridge's gateway needs the bridge.
        args.network,
        ...plan.volumes.flatMap(({ volume }) => volumes[volume] ?? []),
        ...args.needs,
      ],
      replaceOnChanges,
      // Two containers cannot have one name, nor one port.
      deleteBeforeReplace: true,
    });
    this.registerOutputs();
  }
}
