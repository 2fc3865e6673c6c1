import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface ApiServer {
  readonly url: string;
  /** Path of its Unix socket, for a server that was asked for one. */
  readonly socket: string;
  readonly asked: readonly Request[];
  readonly close: () => void;
}

/** A server of the running test, which ends with it. */
export async function apiServer(answer: (request: Request) => Answer, options = {}): Promise<ApiServer> {
  const server = await startApiServer(answer, options);
  onTestFinished(server.close);
  return server;
}

/** A local server that answers as `answer` says, and hangs up where that throws; it keeps what it was asked. */
export async function startApiServer(
  answer: (request: Request) => Answer | Promise<Answer>,
  { socket = false } = {},
): Promise<ApiServer> {
  const asked: Request[] = [];
  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const url = new URL(incoming.url ?? "/", "http://local");
    const request: Request = {
      method: incoming.method ?? "",
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: await text(incoming),
    };
    asked.push(request);
    const { status = 200, headers = {}, json } = await answer(request);
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(json === undefined ? "" : JSON.stringify(json));
  };
  const server = createServer(
    (incoming, response) => void handle(incoming, response).catch(() => incoming.socket.destroy()),
  );
  const folder = mkdtempSync(join(tmpdir(), "kitestacks-api-"));
  const path = join(folder, "api.sock");
  await new Promise<void>((done) => {
    if (socket) server.listen(path, done);
    else server.listen(0, "127.0.0.1", done);
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  };
  const port = socket ? 0 : (server.address() as AddressInfo).port;
  return { url: `http://127.0.0.1:${port}`, socket: path, asked, close };
}
