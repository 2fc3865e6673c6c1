import { Command as LocalCommand } from "@pulumi/command/local/command.js";
import { Provider } from "@pulumi/command/provider.js";
import { Command as RemoteCommand } from "@pulumi/command/remote/command.js";
import * as pulumi from "@pulumi/pulumi";
import type { FirstRunStep, HostPlan, HostStep } from "../plan/plan.ts";
import { type Lookup, toInput } from "./resolve.ts";

export interface FirstRunArgs {
  readonly plan: HostPlan;
  readonly lookup: Lookup;
}

/** What makes a step run again besides its own change, and what comes before it. */
interface Occasion {
  readonly triggers: readonly pulumi.Input<string>[];
  readonly dependsOn: readonly pulumi.Resource[];
}

/** What is done on one host and inside its running services. No resource reads what a step wrote. */
export class FirstRun extends pulumi.ComponentResource {
  readonly provider: Provider;
  private readonly options: pulumi.CustomResourceOptions;
  private readonly args: FirstRunArgs;
  private readonly steps = new Map<string, pulumi.Resource>();

  constructor(name: string, args: FirstRunArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kitestacks:docker:FirstRun", name, {}, opts);
    this.args = args;
    this.provider = new Provider("command", {}, { parent: this });
    this.options = {
      parent: this,
      provider: this.provider,
      additionalSecretOutputs: ["stdout", "stderr"],
    };
    this.registerOutputs();
  }

  /** The step, made when it is first asked for: before a container that it gates, or after all of them. */
  done(step: FirstRunStep, containers: ReadonlyMap<string, pulumi.CustomResource>): pulumi.Resource {
    const resource = this.steps.get(step.name) ?? this.add(step, containers);
    this.steps.set(step.name, resource);
    return resource;
  }

  /**
   * Adds a step after the containers and steps that it waits for. It runs again when its script or one of its values
   * changes, and when its container is a new one.
   */
  private add(step: FirstRunStep, containers: ReadonlyMap<string, pulumi.CustomResource>): pulumi.Resource {
    const container = containers.get(step.service);
    return this.run(step, {
      triggers: container === undefined ? [] : [container.id],
      dependsOn: [
        ...step.needs.map((name) => made(containers, name, step)),
        ...step.after.map((name) => made(this.steps, name, step)),
      ],
    });
  }

  /** On the host itself, after nothing. */
  onHost(step: HostStep): pulumi.Resource {
    return this.run(step, { triggers: [], dependsOn: [] });
  }

  private run(step: HostStep, { triggers, dependsOn }: Occasion): pulumi.Resource {
    const { plan, lookup } = this.args;
    const inputs = {
      create: step.command,
      stdin: pulumi.secret(toInput(step.input, lookup)),
      triggers: [step.fingerprint, ...triggers],
      logging: "none" as const,
      addPreviousOutputInEnv: false,
    };
    const options = { ...this.options, dependsOn: [...dependsOn] };
    return plan.docker.kind === "socket"
      ? // Before all that the shell says (`docker context use`, DOCKER_CONTEXT): a step never runs on another host.
        new LocalCommand(step.name, { ...inputs, environment: { DOCKER_HOST: plan.docker.url } }, options)
      : new RemoteCommand(step.name, { ...inputs, connection: this.connection(plan.docker.user) }, options);
  }

  /**
   * Not among `ignoreChanges`: that would run later steps over the connection of the first one, at the address of a
   * machine that is gone or with a key that was withdrawn. A changed connection runs the steps again, which changes
   * nothing. Without a key the provider asks the SSH agent. Without a `hostKey` it checks none: inside the tailnet
   * WireGuard has proved whose address it is.
   */
  private connection(user: string) {
    const { plan, lookup } = this.args;
    const host = toInput(plan.address, lookup);
    return plan.sshKey === undefined
      ? { host, user }
      : { host, user, privateKey: toInput(plan.sshKey, lookup) };
  }
}

/** What a step waits for has to be made before it; left out in silence, the step would run too early. */
function made<T>(resources: ReadonlyMap<string, T>, name: string, step: FirstRunStep): T {
  const resource = resources.get(name);
  if (resource === undefined)
    throw new Error(`The step ${step.name} waits for ${name}, which is not there yet: see plan/order.ts.`);
  return resource;
}
