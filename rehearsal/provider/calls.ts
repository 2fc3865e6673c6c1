import type { handleUnaryCall } from "@grpc/grpc-js";
import { toFailure } from "./failures.ts";
import type { Instances } from "./instances.ts";
import { Stopwatch } from "./stopwatch.ts";
import { isProvider, packageOfProvider } from "./urn.ts";

/** One call of the engine, as the log keeps it. */
export interface CallRecord {
  /** "check", "create", "invoke" … as the protocol names them, in camel case. */
  method: string;
  /** The package and URN of the instance that the call was made through; `undefined` before the engine names it. */
  package: string | undefined;
  instance: string | undefined;
  urn: string | undefined;
  /** Of an invoke. */
  token: string | undefined;
  /** A preview's create or update. */
  preview: boolean;
  /** What the engine was told, when the call failed. */
  error?: string;
}

export interface Hooks {
  /** Runs before a call reaches its provider, e.g. to kill the engine in the middle of a create. */
  beforeCall?(call: CallRecord): Promise<void> | void;
}

interface Request {
  getUrn?(): string | undefined;
  getTok?(): string;
  getPreview?(): boolean;
}

/** Runs every call: logs it, times it, and turns what it throws into what the engine understands. */
export class Calls {
  readonly log: CallRecord[] = [];
  readonly stopwatch = new Stopwatch();
  readonly #instances: Instances;
  readonly #hooks: Hooks;

  constructor(instances: Instances, hooks: Hooks) {
    this.#instances = instances;
    this.#hooks = hooks;
  }

  handler<Q extends Request, R>(
    method: string,
    work: (request: Q, peer: string) => Promise<R> | R,
  ): handleUnaryCall<Q, R> {
    return async (call, callback) => {
      const record = this.#record(method, call.request, call.getPeer());
      try {
        const answer = await this.stopwatch.time(async () => {
          await this.#hooks.beforeCall?.(record);
          return await work(call.request, call.getPeer());
        });
        callback(null, answer);
      } catch (error) {
        const failure = toFailure(error);
        record.error = failure.details ?? "";
        callback(failure);
      }
    };
  }

  #record(method: string, request: Request, peer: string): CallRecord {
    const instance = this.#instances.find(peer);
    const urn = request.getUrn?.() || undefined;
    const provider = urn !== undefined && isProvider(urn) ? urn : undefined;
    const record: CallRecord = {
      method,
      package: instance?.package ?? (provider && packageOfProvider(provider)),
      instance: instance?.urn ?? provider,
      urn,
      token: request.getTok?.(),
      preview: request.getPreview?.() ?? false,
    };
    this.log.push(record);
    return record;
  }
}
