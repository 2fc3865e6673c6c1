import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** Loopback ports are given out by chance: that another program is faster three times means something else is wrong. */
const ATTEMPTS = 3;

/** A loopback port that was free a moment ago, for a program that cannot take port 0. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts a program on a free port. Between the looking and the program's start another one may take it; then a new one
 * is looked for.
 *
 * @param start must fail with what the program said; that a port is taken is recognised by those words
 * @param choose for tests
 */
export async function onFreePort<T>(start: (port: number) => Promise<T>, choose = freePort): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await choose());
    } catch (error) {
      if (attempt === ATTEMPTS || !saysTaken(error)) throw error;
    }
  }
}

/** The words of the metrics API and of nginx. */
function saysTaken(error: unknown): boolean {
  return /is taken by another program|Address already in use/.test(String(error));
}
