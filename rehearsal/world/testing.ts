import type { DiffResult, Properties, Provider } from "../provider/provider.ts";
import type { WorldOptions } from "./options.ts";
import { createWorld, type World } from "./world.ts";

/** For tests: one home machine at 100.64.0.2, one account of each cloud, nothing in them yet. */
export const ACCOUNT = "0123456789abcdef0123456789abcdef";
export const ZONE = "fedcba9876543210fedcba9876543210";
export const HCLOUD_TOKEN = "h".repeat(64);
export const CLOUDFLARE_TOKEN = "cloudflare-token";
export const TAILSCALE_KEY = "tskey-api-test";
export const HOME = "ssh://root@100.64.0.2";

export function testWorld(options: Partial<WorldOptions> = {}): World {
  return createWorld({
    seed: "test",
    machines: [{ name: "home", tailnetAddress: "100.64.0.2", docker: HOME }],
    cloudflare: {
      accounts: [{ id: ACCOUNT, zones: [{ id: ZONE, name: "example.com" }] }],
      apiTokens: [CLOUDFLARE_TOKEN],
    },
    hetzner: { tokens: [HCLOUD_TOKEN] },
    tailscale: { apiKeys: [TAILSCALE_KEY] },
    ...options,
  });
}

const CREDENTIALS: Record<string, Properties> = {
  docker: { host: HOME },
  hcloud: { token: HCLOUD_TOKEN },
  cloudflare: { apiToken: CLOUDFLARE_TOKEN },
  tailscale: { apiKey: TAILSCALE_KEY },
};

/** A resource as the engine keeps it. */
export interface Kept {
  type: string;
  name: string;
  id: string;
  inputs: Properties;
  state: Properties;
}

/** Calls a world's providers one resource at a time, as the engine would, without an engine. */
export class Hand {
  readonly world: World;
  readonly config: Record<string, Properties>;

  constructor(world: World, config: Record<string, Properties> = {}) {
    this.world = world;
    this.config = { ...CREDENTIALS, ...config };
  }

  /** The same world seen through a Docker provider with another address. */
  at(host: string): Hand {
    return new Hand(this.world, { ...this.config, docker: { host } });
  }

  provider(type: string): Provider {
    const provider = this.world.providers()[type.split(":")[0] ?? ""];
    if (!provider) throw new Error(`no provider for ${type}`);
    return provider;
  }

  call(type: string, name: string) {
    const packageName = type.split(":")[0] ?? "";
    const config = this.config[packageName] ?? {};
    const instance = { package: packageName, urn: `urn:provider:${packageName}`, name: packageName, config };
    return { instance, urn: `urn:pulumi:test::kitestacks::${type}::${name}`, type, name, secretPaths: [] };
  }

  async check(type: string, name: string, news: Properties) {
    return this.provider(type).check({
      ...this.call(type, name),
      olds: {},
      news,
      randomSeed: new Uint8Array(32),
    });
  }

  async create(type: string, name: string, news: Properties, secretPaths: string[] = []): Promise<Kept> {
    const { inputs, failures } = await this.check(type, name, news);
    const [failure] = failures;
    if (failure) throw new Error(`${failure.property}: ${failure.reason}`);
    const call = { ...this.call(type, name), secretPaths };
    const made = await this.provider(type).create({ ...call, inputs, preview: false, timeout: 0 });
    return { type, name, id: made.id, inputs, state: made.outputs };
  }

  async preview(type: string, name: string, inputs: Properties): Promise<Properties> {
    const made = await this.provider(type).create({
      ...this.call(type, name),
      inputs,
      preview: true,
      timeout: 0,
    });
    return made.outputs;
  }

  async diff(kept: Kept, news: Properties, ignoreChanges: string[] = []): Promise<DiffResult> {
    const { inputs } = await this.check(kept.type, kept.name, news);
    return this.provider(kept.type).diff({
      ...this.call(kept.type, kept.name),
      id: kept.id,
      olds: kept.state,
      oldInputs: kept.inputs,
      news: inputs,
      ignoreChanges,
    });
  }

  /** What a refresh followed by a preview would find. */
  async drift(kept: Kept): Promise<DiffResult | "gone"> {
    const found = await this.read(kept);
    return found ? this.diff(found, kept.inputs) : "gone";
  }

  async read(kept: Kept): Promise<Kept | undefined> {
    const found = await this.provider(kept.type).read({
      ...this.call(kept.type, kept.name),
      id: kept.id,
      state: kept.state,
      inputs: kept.inputs,
    });
    return found && { ...kept, id: found.id, state: found.outputs };
  }

  async update(kept: Kept, news: Properties): Promise<Kept> {
    const { inputs } = await this.check(kept.type, kept.name, news);
    const { outputs } = await this.provider(kept.type).update({
      ...this.call(kept.type, kept.name),
      id: kept.id,
      olds: kept.state,
      oldInputs: kept.inputs,
      news: inputs,
      preview: false,
    });
    return { ...kept, inputs, state: outputs };
  }

  async delete(kept: Kept): Promise<void> {
    await this.provider(kept.type).delete({
      ...this.call(kept.type, kept.name),
      id: kept.id,
      state: kept.state,
    });
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const { instance } = this.call(token, "");
    return (await this.provider(token).invoke({ instance, token, args })).result;
  }
}

export const CONTAINER = "docker:index/container:Container";
export const NETWORK = "docker:index/network:Network";
export const VOLUME = "docker:index/volume:Volume";

/** A container that comes up and settles: the smallest of the shape that the real provider was proved with. */
export function exporter(change: Properties = {}): Properties {
  return {
    name: "exporter",
    image: "prom/node-exporter:v1.12.1",
    restart: "unless-stopped",
    networkMode: "bridge",
    memory: 64,
    memorySwap: 128,
    healthcheck: {
      tests: ["CMD", "wget", "-q", "--spider", "http://127.0.0.1:9100/"],
      interval: "30s",
      timeout: "3s",
      startPeriod: "10s",
      retries: 3,
    },
    wait: true,
    waitTimeout: 120,
    destroyGraceSeconds: 30,
    ...change,
  };
}
