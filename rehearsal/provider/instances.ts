import { decode, type WireObject } from "./marshal.ts";
import type { Instance, Properties, Value } from "./provider.ts";
import { packageOfProvider, parseUrn } from "./urn.ts";

/**
 * Which provider instance a call belongs to. The engine opens one connection per instance and makes every call for
 * it there, so the peer's address (host:port) tells two instances of one package apart; an invoke, which carries no
 * URN of its provider, can be told apart in no other way.
 */
export class Instances {
  readonly #byPeer = new Map<string, Instance>();

  configure(peer: string, urn: string, args: WireObject): Instance {
    const config = decodeConfig(decode(args).properties);
    const instance = { package: packageOfProvider(urn), urn, name: parseUrn(urn).name, config };
    this.#byPeer.set(peer, instance);
    return instance;
  }

  of(peer: string): Instance {
    const instance = this.#byPeer.get(peer);
    if (!instance) throw new Error(`the engine made a call on ${peer} before it configured a provider there`);
    return instance;
  }

  find(peer: string): Instance | undefined {
    return this.#byPeer.get(peer);
  }
}

/** The SDK sends the lists and objects among a provider's arguments as JSON text; real providers parse them too. */
export function decodeConfig(config: Properties): Properties {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, parseStructured(value)]));
}

function parseStructured(value: Value): Value {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return decode({ value: JSON.parse(value) }).properties["value"] ?? null;
  } catch {
    return value; // A text that only begins like JSON.
  }
}
