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

/** All in milliseconds. */
type Timeouts = {
  /** For all headers of a request, and for the whole request. */
  headers: number;
  request: number;
  /** How often the two above are looked at. */
  check: number;
  /** Longer than nginx keeps an idle upstream connection (60 s), or nginx would reuse one that is just closing. */
  idle: number;
};

const defaultTimeouts: Timeouts = { headers: 5_000, request: 8_000, check: 5_000, idle: 75_000 };

/** Makes a server with limits against slow, huge and broken clients. It does not listen yet. */
export function createLimitedServer(
  handler: RequestListener,
  connections: number,
  timeouts = defaultTimeouts,
): Server {
  const server = createServer(
    {
      maxHeaderSize: largestHeaderBytes,
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      keepAliveTimeout: timeouts.idle,
      connectionsCheckingInterval: timeouts.check,
    },
    handler,
  );
  server.maxConnections = connections;
  // Ends also a client that asks and then does not read.
  server.setTimeout(timeouts.idle + 5_000);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => answerBroken(error.code ?? "", socket));
  // Without this Node would answer "100 Continue" and wait for a body that no route reads.
  server.on("checkContinue", handler);
  return server;
}

function answerBroken(code: string, socket: Duplex): void {
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, detail] = parseErrors[code] ?? [400, "The request is not well-formed HTTP/1.1."];
  const title = STATUS_CODES[status] ?? "Bad request";
  const { headers, body } = problemAnswer(status, title, detail, { headers: ["connection", "close"] });
  const lines = headers.map((part, index) => (index % 2 === 0 ? `${part}: ` : `${part}\r\n`)).join("");
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${lines}\r\n${body}`, () => socket.destroy());
}
