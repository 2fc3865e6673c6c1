import { Container } from "@pulumi/docker/container.js";
import type { Network } from "@pulumi/docker/network.js";
import type { Provider } from "@pulumi/docker/provider.js";
import type { Volume } from "@pulumi/docker/volume.js";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../plan/plan.ts";
import { containerArgs, replaceOnChanges } from "./container.ts";
import { image, type ReadyImage } from "./image.ts";
import type { Lookup } from "./resolve.ts";

export interface ServiceArgs {
  readonly plan: ContainerPlan;
  readonly platform: string;
  readonly provider: Provider;
  readonly lookup: Lookup;
}

export interface StartArgs {
  readonly network: Network;
  readonly volumes: Readonly<Record<string, Volume>>;
  /** Containers that must be healthy first, and steps that must have been done in them. */
  readonly needs: readonly pulumi.Resource[];
}

/** One container of a host with its image. */
export class Service extends pulumi.ComponentResource {
  readonly plan: ContainerPlan;
  readonly image: ReadyImage;
  readonly #args: ServiceArgs;

  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kitestacks:docker:Service", name, {}, opts);
    const { plan, platform, provider } = args;
    this.plan = plan;
    this.#args = args;
    this.image = image(name, plan.image, platform, { parent: this, provider });
  }

  /** The container counts as done when its health check passes. */
  start({ network, volumes, needs }: StartArgs): Container {
    const { plan, provider, lookup } = this.#args;
    const container = new Container(plan.name, containerArgs(plan, this.image.name, network.id, lookup), {
      parent: this,
      provider,
      dependsOn: [
        this.image.resource,
        // On the host's network too: what listens on the bridge's gateway needs the bridge.
        network,
        ...plan.volumes.flatMap(({ volume }) => volumes[volume] ?? []),
        ...needs,
      ],
      replaceOnChanges,
      // Two containers cannot have one name, nor one port.
      deleteBeforeReplace: true,
    });
    this.registerOutputs();
    return container;
  }
}
