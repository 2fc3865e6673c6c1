import type { IncomingMessage, ServerResponse } from "node:http";
import type { BlockList } from "node:net";
import type { Logger } from "pino";
import { type Answer, problemAnswer, send } from "./answers.ts";
import { clientOf } from "./client.ts";
import type { InFlight } from "./in-flight.ts";

export type Route = {
  /** The answer when it is at hand; tried first, so that the common case costs no promise and no admission. */
  ready?(query: string): Answer | undefined;
  /** The answer when something must be waited for. */
  answer(query: string): Promise<Answer>;
};

type Observe = (route: string, status: number, milliseconds: number) => void;

export type HandlerParts = {
  routes: Map<string, Route>;
  inFlight: InFlight;
  trustedProxies: BlockList | undefined;
  observe: Observe;
  log: Logger;
};

/** Longest path and query that any route needs, with room. */
const longestTarget = 1_024;

/** After a request whose rest nobody wants to read. */
const endConnection = ["connection", "close"];

/** Makes the function that node:http calls for every request. */
export function createHandler(
  parts: HandlerParts,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { routes, observe, log } = parts;
  return (request, response) => {
    const started = performance.now();
    const isHead = request.method === "HEAD";
    const target = request.url ?? "/";
    const mark = target.indexOf("?");
    const path = mark < 0 ? target : target.slice(0, mark);
    const query = mark < 0 ? "" : target.slice(mark + 1);
    const route = routes.get(path);

    const finish = (answer: Answer) => {
      send(response, answer, isHead);
      // Unknown paths share one name: strangers must not be able to grow the metrics.
      observe(route === undefined ? "other" : path, answer.status, performance.now() - started);
      if (log.isLevelEnabled("debug")) logRequest(parts, request, path, answer.status);
    };

    const refusal = refuse(request, target, route);
    if (refusal !== undefined) return finish(refusal);
    const ready = route?.ready?.(query);
    if (ready !== undefined) return finish(ready);
    if (route !== undefined) answerLater(parts, request, () => route.answer(query)).then(finish);
  };
}

function logRequest(
  { log, trustedProxies }: HandlerParts,
  request: IncomingMessage,
  path: string,
  status: number,
) {
  log.debug({ method: request.method, path, status, client: clientOf(request, trustedProxies) }, "request");
}

function refuse(request: IncomingMessage, target: string, route: Route | undefined): Answer | undefined {
  const { method, headers } = request;
  if (method !== "GET" && method !== "HEAD") {
    const detail = "This service is read-only; use GET or HEAD.";
    return problemAnswer(405, "Method not allowed", detail, {
      headers: ["allow", "GET, HEAD", ...endConnection],
    });
  }
  if (target.length > longestTarget) {
    return problemAnswer(414, "Address too long", `At most ${longestTarget} characters of path and query.`, {
      headers: endConnection,
    });
  }
  const hasBody = headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
  if (hasBody) {
    return problemAnswer(413, "No body expected", "No route here reads a body; send none.", {
      headers: endConnection,
    });
  }
  if (route === undefined) {
    return problemAnswer(404, "Not found", "There is no such route; GET /api/openapi.json lists them.");
  }
  return undefined;
}

async function answerLater(
  parts: HandlerParts,
  request: IncomingMessage,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const client = clientOf(request, parts.trustedProxies);
  const admission = parts.inFlight.enter(client);
  if (admission !== "admitted") return overloaded(admission);
  try {
    return await work();
  } catch (error) {
    // The error's text may name internals: it goes to the log alone.
    parts.log.error({ err: error, path: request.url }, "a request failed");
    return problemAnswer(500, "Internal error", "The service could not answer; its log says why.");
  } finally {
    parts.inFlight.leave(client);
  }
}

function overloaded(admission: "too many in all" | "too many from this client"): Answer {
  const headers = ["retry-after", "1"];
  return admission === "too many in all"
    ? problemAnswer(503, "Overloaded", "Too many requests are waiting; try again in a second.", { headers })
    : problemAnswer(
        429,
        "Too many requests",
        "Too many of your requests are waiting; try again in a second.",
        { headers },
      );
}
