import { createServer } from "node:http";
import { pino } from "pino";
import { parseConfiguration } from "../configuration/configuration.ts";
import { createService } from "../service.ts";
import { listen } from "./servers.ts";

/** Starts the whole service on this machine's own numbers, for this test, and returns its address. */
export async function startService(variables: Record<string, string> = {}): Promise<string> {
  const configuration = parseConfiguration({ LISTEN: "127.0.0.1:1", HOST_NAME: "attic", ...variables });
  const service = createService(configuration, pino({ level: "silent" }));
  return `http://127.0.0.1:${await listen(createServer(service))}`;
}
