import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export type Stub = {
  url: string;
  port: number;
  /** Every request it got, in order. */
  requests: IncomingMessage[];
  close(): Promise<void>;
};

/** A small server on loopback that remembers what it was asked. */
export async function startStub(listener: RequestListener): Promise<Stub> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A port that nobody listens on: it is reserved, and never given out to whoever asks for a free one. */
export const closedPort = 1;

/**
 * For `onTestFinished`: unlike a `finally`, it also runs for a test that ran into its time limit, which would otherwise
 * leave its nginx behind.
 */
export function closeAll(...servers: readonly { close(): Promise<unknown> }[]): () => Promise<void> {
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
}
