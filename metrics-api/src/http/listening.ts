import { once } from "node:events";
import type { Server } from "node:http";
import type { Logger } from "pino";
import type { ListenAddress } from "../configuration/listen.ts";

export type Listening = {
  /** Resolves when every address is served; waits for those that are not there yet. Rejects if one is taken. */
  ready: Promise<void>;
  /** Stops listening, lets running requests end for at most `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
};

/**
 * Listens on every address with a server of its own. At boot the tailnet address or Docker's bridge may come after
 * this service; such an address is tried again every `retryMs` and the others serve meanwhile.
 */
export function listenOn(
  addresses: ListenAddress[],
  create: () => Server,
  log: Logger,
  retryMs = 2_000,
): Listening {
  const stopping = new AbortController();
  const servers = addresses.map((address) => ({ address, server: create() }));
  return {
    ready: Promise.all(servers.map((entry) => listen(entry, stopping.signal))).then(() => undefined),
    close: async (graceMs) => {
      stopping.abort();
      await Promise.all(servers.map(({ server }) => closeServer(server, graceMs)));
    },
  };

  async function listen(
    { address, server }: { address: ListenAddress; server: Server },
    signal: AbortSignal,
  ) {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const error = await tryListen(server, address);
      if (error === undefined) return log.info(address, "listening");
      if (error.code !== "EADDRNOTAVAIL") throw explained(error, address);
      // Once, not every two seconds: a machine may be without its tailnet for hours.
      if (attempt === 1) log.warn(address, "this address is not there yet; trying until it is");
      await pause(retryMs, signal);
    }
  }
}

async function tryListen(
  server: Server,
  { address, port }: ListenAddress,
): Promise<NodeJS.ErrnoException | undefined> {
  // Not the callback of `listen`: every attempt that fails would leave one behind.
  const listening = once(server, "listening");
  server.listen(port, address);
  return await listening.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
}

function explained(error: NodeJS.ErrnoException, { address, port }: ListenAddress): Error {
  if (error.code !== "EADDRINUSE") return error;
  return new Error(
    `${address} port ${port} is taken by another program; stop it or choose another port in LISTEN`,
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** How often a stopping server looks for connections that have become idle. */
const idleLookMs = 50;

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A busy client would else go on over the connection it has, and the server would never be done.
    server.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
    // For a request that is being answered this comes too late: its connection is closed once it is idle.
    const look = setInterval(() => server.closeIdleConnections(), idleLookMs);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(look);
      resolve();
    });
    server.closeIdleConnections();
  });
}
