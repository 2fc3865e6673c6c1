import { once } from "node:events";
import { createServer, request as forward, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fetch } from "../sign-on.ts";

export interface Served {
  readonly path: string;
  /** Position of the connector that answered. */
  readonly connector: number;
}

/**
 * Which connector answers: Cloudflare gives no guarantee about it.
 * @param visitor who asks: `browser`, or `server` for the application
 */
export type Route = (visitor: string) => number;

/** The edge in front of all connectors of one tunnel: it ends TLS and picks a connector for each request. */
export class Edge {
  readonly served: Served[] = [];
  readonly #server: Server;

  private constructor(ports: readonly number[], route: Route) {
    this.#server = createServer((incoming, outgoing) => {
      const path = incoming.url ?? "";
      const connector = route(String(incoming.headers["x-visitor"]));
      this.served.push({ path: path.replace(/\?.*/, ""), connector });
      const { method, headers } = incoming;
      const onward = forward(
        { host: "127.0.0.1", port: ports[connector], path, method, headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on("error", () => outgoing.writeHead(502).end());
      incoming.pipe(onward);
    });
  }

  static async start(ports: readonly number[], route: Route): Promise<Edge> {
    const edge = new Edge(ports, route);
    edge.#server.listen(0, "127.0.0.1");
    await once(edge.#server, "listening");
    return edge;
  }

  /** A `fetch` for the provider's public name that goes through this edge, and follows no redirect. */
  fetchAs(visitor: "browser" | "server"): Fetch {
    const { port } = this.#server.address() as AddressInfo;
    return (address, options) => {
      const url = new URL(address);
      const headers = new Headers(options.headers);
      headers.set("x-forwarded-host", url.host);
      headers.set("x-forwarded-proto", "https");
      headers.set("x-visitor", visitor);
      return fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, {
        ...(options as RequestInit),
        headers,
      });
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Sends each request to the other connector than the last one. */
export function everyRequestElsewhere(): Route {
  let count = 0;
  return () => count++ % 2;
}
