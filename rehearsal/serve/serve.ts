import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import { securityHeaders } from "./headers.ts";
import { forward, problem } from "./proxy.ts";
import { fillIn } from "./ssi.ts";

export { startMetricsApi } from "./metrics-api.ts";

export type ServeOptions = {
  /** On 127.0.0.1; 0 takes any free one. */
  port: number;
  /** What the deployment would upload: path in the container → content (`portalFiles`). */
  files: Readonly<Record<string, string>>;
  /** The folder `portal/public`. */
  publicDir: string;
  /** Whole pages beside the portal by path, each with the content policy that it was made for. */
  pages?: Readonly<Record<string, { html: string; policy: string }>>;
  /** Base address of a metrics API, like `http://127.0.0.1:18000`. */
  metricsApi: string;
};

export type Serving = { url: string; close(): Promise<void> };

const HTML = "/usr/share/nginx/html";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/**
 * The portal without nginx, for looking at it on one's own machine: the same files, headers and paths; what only the
 * Docker network could tell (the lights) is made up and says so.
 *
 * @throws when the port is taken; the message names it and the remedy.
 */
export async function servePortal(options: ServeOptions): Promise<Serving> {
  const headers = await securityHeaders(join(options.publicDir, "..", "nginx", "headers.conf"));
  const server = createServer((request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    answer(options, request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else problem(response, 500, error.message);
    });
  });
  const port = await listen(server, options.port);
  return { url: `http://127.0.0.1:${port}`, close: () => close(server) };
}

async function answer(options: ServeOptions, request: IncomingMessage, response: ServerResponse) {
  const refused = refusal(request);
  if (refused !== undefined) return problem(response, ...refused);
  const { pathname, search } = new URL(request.url ?? "/", "http://127.0.0.1");
  if (pathname.startsWith("/api/")) return forward(options.metricsApi, pathname + search, request, response);
  if (pathname === "/healthz") return response.setHeader("content-type", "text/plain").end("ok\n");
  if (pathname.startsWith("/up/")) return light(options.files, pathname.slice("/up/".length), response);
  const whole = options.pages?.[pathname];
  if (whole !== undefined) {
    response.setHeader("content-security-policy", whole.policy);
    return text(request, response, "/index.html", whole.html);
  }
  if (pathname === "/" || pathname === "/index.html") return page(options, request, response);
  const written = pathname.startsWith("/parts/") ? undefined : options.files[HTML + pathname];
  if (written !== undefined) return text(request, response, pathname, written);
  return file(options.publicDir, pathname, response);
}

/** Loopback keeps other machines away, but not what a web page in this machine's browser may try. */
function refusal({
  method,
  url = "",
  headers,
}: IncomingMessage): [status: number, title: string] | undefined {
  // A page whose own name resolves to loopback would be of the same origin. A forwarded port may be another one.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? ""))
    return [421, "Only for 127.0.0.1 and localhost"];
  // "//other/x", "/\other/x" and "http://other/x" are addresses on another host.
  if (!/^\/(?![/\\])/.test(url)) return [400, "Only a path of this portal"];
  if (method !== "GET" && method !== "HEAD") return [405, "Only GET and HEAD"];
  return undefined;
}

async function page({ files, publicDir }: ServeOptions, request: IncomingMessage, response: ServerResponse) {
  const filled = await fillIn(join(publicDir, "index.html"), (path) => files[HTML + path]);
  text(request, response, "/index.html", filled);
}

function text(request: IncomingMessage, response: ServerResponse, path: string, content: string) {
  const etag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 16)}"`;
  response.setHeader("cache-control", "no-cache");
  response.setHeader("etag", etag);
  response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
  if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
  else response.end(content);
}

async function file(publicDir: string, pathname: string, response: ServerResponse) {
  // `normalize` takes "..", encoded or not, out of the path before it is joined: nothing outside is reachable.
  const path = join(publicDir, normalize(decode(pathname)));
  const found = await stat(path).catch(() => undefined);
  const missing = !found?.isFile();
  response.statusCode = missing ? 404 : 200;
  response.setHeader("cache-control", "no-cache");
  response.setHeader(
    "content-type",
    missing ? "text/html; charset=utf-8" : (TYPES[extname(path)] ?? "text/plain"),
  );
  await pipeline(createReadStream(missing ? join(publicDir, "404.html") : path), response);
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return "/";
  }
}

/** No service runs here, so every light is made up; `simulated` makes the page say so. */
function light(files: ServeOptions["files"], name: string, response: ServerResponse) {
  const { services } = JSON.parse(files[`${HTML}/services.json`] ?? '{"services":[]}') as {
    services: { name: string }[];
  };
  const made = { up: true, status: 200, seconds: null, at: Date.now() / 1000, simulated: true };
  if (name !== "" && !services.some((service) => service.name === name)) {
    return problem(response, 404, "No such service");
  }
  const all = { lights: Object.fromEntries(services.map((service) => [service.name, made])) };
  response.setHeader("cache-control", "no-store");
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.end(JSON.stringify(name === "" ? all : made));
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== "EADDRINUSE") return error;
  return new Error(
    `The port ${port} on 127.0.0.1 is taken, so the portal cannot be shown there; choose another one ` +
      `(npm start -- --port N; 0 takes any), end the program that holds it ("ss -ltnp" names it), or run with --no-serve.`,
    { cause: error },
  );
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // A watching browser keeps its connection open; without this the server would wait for it.
    server.closeAllConnections();
  });
}
