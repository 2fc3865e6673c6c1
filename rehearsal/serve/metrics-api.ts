import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { startWeatherStub } from "./weather-stub.ts";

export type MetricsApiOptions = {
  /** The folder `metrics-api`. */
  directory: string;
  /** How this machine is called on the page. */
  hostName: string;
};

/** How long the API may take to its first answer; generous, because the machine may be busy with the rehearsal. */
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 6_000;

/**
 * Starts this machine's real metrics API on a free loopback port. Its numbers are true; its weather comes from a stub
 * on loopback that says so.
 *
 * @throws when it cannot start; the message carries what it said and the remedy.
 */
export async function startMetricsApi({ directory, hostName }: MetricsApiOptions) {
  if (!existsSync(join(directory, "node_modules"))) {
    throw new Error(`The metrics API's packages are not installed; run: npm ci --prefix ${directory}`);
  }
  const weather = await startWeatherStub();
  const port = await freePort();
  const child = spawn(process.execPath, ["src/main.ts"], {
    cwd: directory,
    env: environment(port, hostName, weather.url),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    await stop(child);
    process.removeListener("exit", killWithUs);
    await weather.close();
  };
  try {
    await answering(child, `${url}/api/health`);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}

function environment(port: number, hostName: string, weatherUrl: string): NodeJS.ProcessEnv {
  return {
    LISTEN: `127.0.0.1:${port}`,
    HOST_NAME: hostName,
    HOST_ROOT: "/",
    PEERS: "",
    TRUSTED_PROXIES: "127.0.0.1/32",
    WEATHER_URL: weatherUrl,
    LOG_LEVEL: "error",
  };
}

/** The API takes no port 0, so one is looked for first. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(child: ChildProcess, health: string): Promise<void> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.once("error", (error) => reject(new Error(`The metrics API cannot be started: ${error.message}`)));
    child.once("exit", (code) =>
      reject(new Error(`The metrics API ended with code ${code} at its start: ${said.trim()}`)),
    );
  });
  // Handled below by the race; this keeps a later end, at close, from being an unhandled rejection.
  ended.catch(() => {});
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (await Promise.race([healthy(health), ended])) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(
    `The metrics API gave no answer at ${health} within ${START_LIMIT_MS / 1000} s. ${said.trim()}`,
  );
}

async function healthy(address: string): Promise<boolean> {
  const response = await fetch(address, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  return response?.ok ?? false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(force);
}
