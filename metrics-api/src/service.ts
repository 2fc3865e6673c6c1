import type { RequestListener } from "node:http";
import type { Logger } from "pino";
import type { Configuration } from "./configuration/configuration.ts";
import { createHost } from "./host/host.ts";
import { createSampler } from "./host/sampler.ts";
import { createHandler } from "./http/handler.ts";
import { createInFlight } from "./http/in-flight.ts";
import { createRoutes } from "./routes.ts";

/** Puts the service together; it opens no port and starts no timer. */
export function createService(configuration: Configuration, log: Logger): RequestListener {
  const { limits, trustedProxies, hostName, hostRoot } = configuration;
  const sampler = createSampler(hostName, createHost(hostRoot));
  return createHandler({
    routes: createRoutes({ sampler }),
    inFlight: createInFlight(limits.inFlight, limits.inFlightPerClient),
    trustedProxies,
    observe: () => {},
    log,
  });
}
