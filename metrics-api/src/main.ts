import { existsSync } from "node:fs";
import { pino } from "pino";
import { ConfigurationError, parseConfiguration } from "./configuration/configuration.ts";
import { listenOn } from "./http/listening.ts";
import { createLimitedServer } from "./http/server.ts";
import { createService } from "./service.ts";

/** What a running request gets to end: the slowest one, the activity, takes 4 s. Docker kills after 10 s by default. */
const graceMs = 4_000;

requireProc();
const configuration = readConfiguration();
const log = pino({
  level: configuration.logLevel,
  base: { host: configuration.hostName },
  timestamp: pino.stdTimeFunctions.isoTime,
});
const service = createService(configuration, log);
const listening = listenOn(
  configuration.listen,
  () => createLimitedServer(service, configuration.limits.connections),
  log,
);

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
listening.ready.catch((error: Error) => {
  log.fatal(error.message);
  process.exit(1);
});

async function stop(signal: string) {
  log.info({ signal }, "stopping");
  await listening.close(graceMs);
  process.exit(0);
}

function requireProc() {
  if (existsSync("/proc/stat")) return;
  process.stderr.write(
    "There is no /proc/stat here; this service reads a Linux host, so run it on one or in a container.\n",
  );
  process.exit(1);
}

function readConfiguration() {
  try {
    return parseConfiguration(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(64);
  }
}
