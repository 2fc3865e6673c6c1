import type { RequestListener } from "node:http";
import type { Logger } from "pino";
import type { Configuration } from "./configuration/configuration.ts";
import { createHost } from "./host/host.ts";
import { createSampler } from "./host/sampler.ts";
import { createHandler } from "./http/handler.ts";
import { createInFlight } from "./http/in-flight.ts";
import { createRoutes } from "./routes.ts";
import { createServiceMetrics } from "./service-metrics.ts";

/** Puts the service together; it opens no port and starts no timer. */
export function createService(configuration: Configuration, log: Logger): RequestListener {
  const { limits, trustedProxies, hostName, hostRoot } = configuration;
  const sampler = createSampler(hostName, createHost(hostRoot));
  const metrics = createServiceMetrics();
  return createHandler({
    routes: createRoutes({ configuration, sampler, metrics, log }),
    inFlight: createInFlight(limits.inFlight, limits.inFlightPerClient),
    trustedProxies,
    observe: metrics.observe,
    log,
  });
}
