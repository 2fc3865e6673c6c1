import { Server, ServerCredentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { type CallRecord, Calls, type Hooks } from "./calls.ts";
import { Instances } from "./instances.ts";
import { lifecycleHandlers } from "./lifecycle.ts";
import type { Provider } from "./provider.ts";
import { resourceHandlers } from "./resources.ts";

export interface ProviderServer {
  port: number;
  /** For the engine's PULUMI_DEBUG_PROVIDERS: "docker:PORT,hcloud:PORT". */
  debugProviders: string;
  /** Ends all connections at once; an engine that still runs sees its calls fail. */
  close(): Promise<void>;
  /** Wall time during which at least one call was being answered. */
  seconds(): number;
  /** Every call so far, in the order in which the engine made them. */
  calls(): readonly CallRecord[];
}

/**
 * Serves simulated providers to engines on this machine: one port for all packages and all their instances.
 * `@pulumi/pulumi/provider` has a server too, but it drops the provider's configuration and the instance of an
 * invoke, and only one can run per process.
 * @param providers by package name: "docker", "hcloud".
 */
export async function serveProviders(
  providers: Record<string, Provider>,
  hooks: Hooks = {},
): Promise<ProviderServer> {
  const instances = new Instances();
  const calls = new Calls(instances, hooks);
  const find = (name: string): Provider => {
    const provider = providers[name];
    if (!provider) throw new Error(`no simulated provider for the package "${name}"`);
    return provider;
  };
  // A message holds a resource's whole state; the default limit of 4 MiB is no rule of the protocol.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(services.ResourceProviderService, {
    ...lifecycleHandlers(calls, instances, find),
    ...resourceHandlers(calls, instances, find),
  });
  const port = await bind(server);
  return {
    port,
    debugProviders: Object.keys(providers)
      .map((name) => `${name}:${port}`)
      .join(","),
    close: async () => server.forceShutdown(),
    seconds: () => calls.stopwatch.seconds(),
    calls: () => calls.log,
  };
}

function bind(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}
