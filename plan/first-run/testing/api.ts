import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface Api {
  readonly url: string;
  /** Requests so far, as `POST /api/Account/login`. */
  readonly asked: string[];
  /** Answers that come before the real ones, one a request. */
  readonly first: Answer[];
  close(): Promise<void>;
}

/** A local server on loopback that answers JSON requests by one function. */
export async function serveApi(answer: (asked: Asked) => Answer): Promise<Api> {
  const asked: string[] = [];
  const first: Answer[] = [];
  const server = createServer(async (request, response) => {
    const it = await read(request);
    asked.push(`${it.method} ${it.path}`);
    const { status, body = "" } = first.shift() ?? answer(it);
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    first,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    token: request.headers.authorization?.replace("Bearer ", ""),
    body: text === "" ? {} : JSON.parse(text),
  };
}
