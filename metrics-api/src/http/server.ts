import { createServer, type RequestListener, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { problemAnswer } from "./answers.ts";

/** A header block that nginx and a browser behind it can fill. */
const largestHeaderBytes = 8 * 1024;

/** What node:http reports about a request that it could not parse, and what the client is told. */
const parseErrors: Record<string, [status: number, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, `The headers exceed ${largestHeaderBytes} bytes.`],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request took too long to arrive."],
};

/** Makes a server with limits against slow, huge and broken clients. It does not listen yet. */
export function createLimitedServer(handler: RequestListener, connections: number): Server {
  const server = createServer(
    {
      maxHeaderSize: largestHeaderBytes,
      headersTimeout: 5_000,
      requestTimeout: 8_000,
      // Longer than nginx keeps an idle upstream connection (60 s), or nginx would reuse one that is just closing.
      keepAliveTimeout: 75_000,
      connectionsCheckingInterval: 5_000,
    },
    handler,
  );
  server.maxConnections = connections;
  // Also ends a client that asks and then does not read.
  server.setTimeout(80_000);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => answerBroken(error.code ?? "", socket));
  // Without these a client could hold a connection open for "100 Continue" or a protocol that nobody speaks here.
  server.on("checkContinue", handler);
  server.on("upgrade", (_request, socket) => answerBroken("", socket));
  server.on("connect", (_request, socket) => answerBroken("", socket));
  return server;
}

function answerBroken(code: string, socket: Duplex): void {
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, detail] = parseErrors[code] ?? [400, "The request is not well-formed HTTP/1.1."];
  const title = STATUS_CODES[status] ?? "Bad request";
  const { type, body } = problemAnswer(status, title, detail);
  const head = `HTTP/1.1 ${status} ${title}\r\nconnection: close\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
  socket.end(Buffer.concat([Buffer.from(head), body]), () => socket.destroy());
}
