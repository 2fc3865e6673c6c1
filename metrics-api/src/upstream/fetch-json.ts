import { type IncomingMessage, type RequestOptions, request as requestHttp } from "node:http";
import { UpstreamError } from "./upstream-error.ts";

export type JsonRequest = {
  url: string;
  headers?: Record<string, string>;
  /** For everything together: connecting, redirects and the last byte. */
  limitMs: number;
  largestBytes: number;
  /** Ends the request early, for a limit over several requests. */
  signal?: AbortSignal;
};

const mostRedirects = 3;

/**
 * GETs a JSON document. Throws `UpstreamError` for every way it can go wrong: too slow, too large, redirected to
 * another host (which would carry a token there), cut off, an error status, no JSON.
 *
 * It uses node:http and not fetch: the first fetch loads undici, which took 4 to 6 MB of memory where this takes none.
 */
export async function fetchJson(request: JsonRequest): Promise<unknown> {
  const limit = AbortSignal.timeout(request.limitMs);
  const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
  try {
    const response = await followed(new URL(request.url), request, signal, mostRedirects);
    return parseJson(await readBody(response, request.largestBytes));
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    if (signal.aborted) throw new UpstreamError(`did not answer within ${request.limitMs / 1000} s`);
    throw new UpstreamError(`could not be reached (${codeOf(error)})`);
  }
}

async function followed(
  url: URL,
  request: JsonRequest,
  signal: AbortSignal,
  left: number,
): Promise<IncomingMessage> {
  const response = await get(url, request.headers ?? {}, signal);
  const status = response.statusCode ?? 0;
  if (status === 200) return response;
  // The body of anything else is of no use, and an unread one would hold the connection.
  response.destroy();
  const location = response.headers.location;
  if (status < 300 || status >= 400 || location === undefined) {
    throw new UpstreamError(`answered with status ${status}`, status, retryAfter(response));
  }
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (next?.origin !== url.origin) throw new UpstreamError("redirects to another host", status);
  if (left === 0) throw new UpstreamError("redirects in a circle", status);
  return followed(next, request, signal, left - 1);
}

async function get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
  // TLS is loaded only where it is used: a host without weather never pays for it.
  const requestFor = url.protocol === "https:" ? (await import("node:https")).request : requestHttp;
  const options: RequestOptions = {
    // A connection of its own: reusing one that the other side is just closing fails a request for nothing.
    agent: false,
    headers: { accept: "application/json", "user-agent": "kitestacks-metrics-api", ...headers },
    maxHeaderSize: 16 * 1024,
    signal,
  };
  return await new Promise((resolve, reject) => {
    requestFor(url, options, resolve).on("error", reject).end();
  });
}

async function readBody(response: IncomingMessage, largestBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBytes) throw new UpstreamError(`sent more than ${Math.round(largestBytes / 1024)} KiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UpstreamError("sent something that is no JSON");
  }
}

/** Seconds only; the other form, a date, is not worth trusting another machine's clock for. */
function retryAfter(response: IncomingMessage): number | undefined {
  const seconds = Number(response.headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown error";
}
