import { createServer } from "node:net";

/** Ports are given out by chance: that another program is faster three times means something else is wrong. */
const attempts = 3;

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts the program on a free port; on another one if somebody took it meanwhile. `start` must fail with what the
 * program said.
 */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === attempts || !String(error).includes("is taken by another program")) throw error;
    }
  }
}
