import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Starts an HTTP server on a free loopback port for this test and returns its address. */
export async function startServer(handler: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(handler))}`;
}

/** Starts a raw TCP server on a free loopback port for this test, for answers that node:http would not send. */
export async function startTcpServer(onConnection: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    // The client hangs up on most of what is sent here.
    socket.on("error", () => {});
    onConnection(socket);
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

/** An address where nothing listens: port 1 is reserved and never given out to whoever asks for a free one. */
export const deadAddress = "http://127.0.0.1:1";

/** Listens on a free loopback port until the test ends, also cutting connections that are still open. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** Sends a JSON answer. */
export function sendJson(response: Parameters<RequestListener>[1], value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}
