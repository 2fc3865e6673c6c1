import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";

/** As long as nginx waits for the API's slowest routes. */
const LIMIT_MS = 10_000;

/**
 * Passes a request on and its answer back. An API that does not answer becomes 502, as nginx makes it.
 *
 * @param base address of the API; nothing in the request may change which host and port are asked
 * @param path with its query, like `/api/hosts?limit=5`
 */
export function forward(
  base: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { hostname, port } = new URL(base);
  const asked = httpRequest(
    {
      hostname,
      port,
      path,
      method: request.method,
      timeout: LIMIT_MS,
      headers: { "x-forwarded-for": "127.0.0.1" },
    },
    (answered) => {
      response.statusCode = answered.statusCode ?? 502;
      response.setHeader("content-type", answered.headers["content-type"] ?? "application/json");
      response.setHeader("cache-control", "no-store");
      answered.pipe(response);
      answered.on("error", () => response.destroy());
    },
  );
  asked.on("timeout", () => asked.destroy(new Error("time is up")));
  asked.on("error", () => {
    if (response.headersSent) response.destroy();
    else problem(response, 502, "The metrics API does not answer");
  });
  response.on("close", () => asked.destroy());
  asked.end();
}

/** An error as `application/problem+json`, the form that the metrics API uses too. */
export function problem(response: ServerResponse, status: number, title: string): void {
  response.writeHead(status, { "content-type": "application/problem+json", "cache-control": "no-store" });
  response.end(JSON.stringify({ type: "about:blank", title, status }));
}
