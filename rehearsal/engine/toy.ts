import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { onTestFinished } from "vitest";
import type { Hooks } from "../provider/calls.ts";
import {
  IncompleteResourceError,
  type Properties,
  type Provider,
  ProviderError,
  type ResourceCall,
  UNKNOWN,
} from "../provider/provider.ts";
import { serveProviders } from "../provider/server.ts";
import { openEngine } from "./engine.ts";
import type { FoundEngine } from "./found.ts";
import { temporaryProject } from "./testing.ts";

/**
 * The smallest cloud that shows every part of the protocol: things with a name that is unique and cannot be changed,
 * a text that can, and a generated key that is always secret. Per host, so that instances can be told apart.
 */
class ToyCloud implements Provider {
  readonly things = new Map<string, Properties>();
  readonly seen: ResourceCall[] = [];
  #last = 0;

  checkConfig(_instance: { urn: string }, config: Properties) {
    return config["host"] === "nowhere" ? [{ property: "host", reason: '"nowhere" is no host' }] : [];
  }

  async check({ news }: { news: Properties }) {
    const failures = news["size"] === -1 ? [{ property: "size", reason: "must not be negative" }] : [];
    return { inputs: { color: "grey", ...news }, failures };
  }

  async diff({ olds, news }: { olds: Properties; news: Properties }) {
    const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
    for (const output of ["serial", "key"]) keys.delete(output);
    const diffs = [...keys].filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
    const changes = diffs.length > 0 ? ("some" as const) : ("none" as const);
    return { changes, diffs, replaces: diffs.filter((key) => key === "name"), deleteBeforeReplace: true };
  }

  async create(call: ResourceCall & { inputs: Properties; preview: boolean }) {
    const { inputs, preview } = call;
    this.seen.push(call);
    if (preview) return { id: "", outputs: { ...inputs, serial: UNKNOWN, key: UNKNOWN } };
    const taken = [...this.things.values()].some(({ name }) => name === inputs["name"]);
    if (taken) throw new ProviderError(`the name "${inputs["name"]}" is already in use`);
    const id = `thing-${++this.#last}`;
    const outputs = { ...inputs, serial: `serial-${this.#last}`, key: "generated-key" };
    this.things.set(id, outputs);
    if (inputs["sick"]) throw new IncompleteResourceError("the thing does not get well", id, outputs);
    return { id, outputs };
  }

  async read({ id }: { id: string }) {
    const outputs = this.things.get(id);
    if (!outputs) return undefined;
    const { serial: _serial, key: _key, ...inputs } = outputs;
    return { id, outputs, inputs };
  }

  async update(call: { id: string; olds: Properties; news: Properties; preview: boolean }) {
    const { serial = null, key = null } = call.olds;
    const outputs = { ...call.news, serial, key };
    if (!call.preview) this.things.set(call.id, outputs);
    return { outputs };
  }

  async delete({ id }: { id: string }) {
    this.things.delete(id);
  }

  async invoke({ instance, token, args }: Parameters<Provider["invoke"]>[0]) {
    if (token !== "toy:index:ask") throw new ProviderError(`there is no function ${token}`);
    return { result: { host: instance.config["host"] ?? null, asked: args["what"] ?? null }, failures: [] };
  }

  secretOutputs(type: string) {
    return type === "toy:index:Thing" ? ["key"] : [];
  }
}

export class ToyHost extends pulumi.ProviderResource {
  constructor(name: string, args: { host: pulumi.Input<string>; options?: string[] }) {
    super("toy", name, { host: args.host, options: args.options && JSON.stringify(args.options) });
  }
}

export interface ThingArgs {
  name: pulumi.Input<string>;
  text?: pulumi.Input<string>;
  texts?: pulumi.Input<string>[];
  size?: number;
  sick?: boolean;
}

export class Thing extends pulumi.CustomResource {
  declare readonly serial: pulumi.Output<string>;
  declare readonly key: pulumi.Output<string>;
  constructor(name: string, args: ThingArgs, options: pulumi.CustomResourceOptions) {
    super("toy:index:Thing", name, { serial: undefined, key: undefined, ...args }, options);
  }
}

/** An engine session over one toy cloud; all of it ends with the running test. */
export async function openToy(engine: FoundEngine, program: PulumiFn, hooks: Hooks = {}) {
  const cloud = new ToyCloud();
  const server = await serveProviders({ toy: cloud }, hooks);
  const session = await openEngine({
    engine,
    stackFilesDir: temporaryProject(),
    program,
    debugProviders: server.debugProviders,
  });
  onTestFinished(async () => {
    await session.close();
    await server.close();
  });
  return { cloud, server, session, stack: await session.stack("hub") };
}
