import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { freePort, onFreePort } from "./free-port.ts";
import { startWeatherStub } from "./weather-stub.ts";

export type MetricsApiOptions = {
  /** The folder `metrics-api`. */
  directory: string;
  /** How this machine is called on the page. */
  hostName: string;
};

/** How long the API may take until it listens; generous, because the machine may be busy with the rehearsal. */
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 6_000;

/**
 * Starts this machine's real metrics API on a free loopback port. Its numbers are true; its weather comes from a stub
 * on loopback that says so.
 *
 * @param choosePort for tests
 * @throws when it cannot start; the message carries what it said and the remedy.
 */
export async function startMetricsApi(options: MetricsApiOptions, choosePort = freePort) {
  if (!existsSync(join(options.directory, "node_modules"))) {
    throw new Error(
      `The metrics API's packages are not installed; run: npm ci --prefix ${options.directory}`,
    );
  }
  const weather = await startWeatherStub();
  try {
    // The API takes no port 0, so one is looked for first.
    const api = await onFreePort((port) => startOn(port, options, weather.url), choosePort);
    const close = async () => {
      await api.close();
      await weather.close();
    };
    return { url: api.url, close };
  } catch (error) {
    await weather.close();
    throw error;
  }
}

async function startOn(port: number, { directory, hostName }: MetricsApiOptions, weatherUrl: string) {
  const child = spawn(process.execPath, ["src/main.ts"], {
    cwd: directory,
    env: environment(port, hostName, weatherUrl),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const close = async () => {
    await stop(child);
    process.removeListener("exit", killWithUs);
  };
  try {
    await listening(child);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, close };
}

function environment(port: number, hostName: string, weatherUrl: string): NodeJS.ProcessEnv {
  return {
    LISTEN: `127.0.0.1:${port}`,
    HOST_NAME: hostName,
    HOST_ROOT: "/",
    PEERS: "",
    TRUSTED_PROXIES: "127.0.0.1/32",
    WEATHER_URL: weatherUrl,
    LOG_LEVEL: "info",
  };
}

/**
 * Waits until the API itself says that it listens: another program on its port, the API of another rehearsal perhaps,
 * would answer in its place.
 */
function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
      if (said.includes('"msg":"listening"')) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    const fail = (what: string) => reject(new Error(`The metrics API ${what}: ${said.trim()}`));
    child.once("error", ({ message }) => fail(`cannot be started (${message})`));
    // Not "exit": its last words may come after that.
    child.once("close", (code, signal) => fail(`ended with code ${code ?? signal} at its start`));
    setTimeout(() => fail(`does not listen after ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS).unref();
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(force);
}
