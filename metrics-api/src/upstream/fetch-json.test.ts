import { expect, test } from "vitest";
import { deadAddress, sendJson, startServer, startTcpServer } from "../testing/servers.ts";
import { fetchJson } from "./fetch-json.ts";

const limits = { limitMs: 10_000, largestBytes: 10_000 };

test("reads a JSON document and says who asks", async () => {
  const url = await startServer((request, response) =>
    sendJson(response, { agent: request.headers["user-agent"] }),
  );
  expect(await fetchJson({ url, ...limits })).toEqual({ agent: "kitestacks-metrics-api" });
});

test.each([500, 404, 429, 204])("refuses status %d and keeps it on the error", async (status) => {
  const url = await startServer((_, response) => response.writeHead(status).end());
  await expect(fetchJson({ url, ...limits })).rejects.toMatchObject({
    message: `answered with status ${status}`,
    status,
  });
});

test("passes on how long a service asks to be left alone", async () => {
  const url = await startServer((_, response) => response.writeHead(429, { "retry-after": "90" }).end());
  await expect(fetchJson({ url, ...limits })).rejects.toMatchObject({ retryAfterMs: 90_000 });
});

test("gives up on a server that never answers", async () => {
  const url = await startServer(() => {});
  await expect(fetchJson({ url, ...limits, limitMs: 100 })).rejects.toThrow("did not answer within 0.1 s");
});

test("gives up on a server that sends its body drop by drop", async () => {
  const url = await startServer((_, response) => {
    const drops = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(drops));
  });
  await expect(fetchJson({ url, ...limits, limitMs: 200 })).rejects.toThrow("did not answer within 0.2 s");
});

test("stops reading a body that is too large", async () => {
  let hungUp: (() => void) | undefined;
  const closed = new Promise<void>((resolve) => {
    hungUp = resolve;
  });
  const url = await startServer((_, response) => {
    const flood = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, " ")));
    };
    response.on("drain", flood).on("close", () => hungUp?.());
    flood();
  });
  await expect(fetchJson({ url, ...limits })).rejects.toThrow("sent more than 10 KiB");
  await closed;
});

test("notices a connection that closes in the middle of the body", async () => {
  const url = await startTcpServer((socket) => {
    socket.once("data", () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half":'));
  });
  await expect(fetchJson({ url, ...limits })).rejects.toThrow("could not be reached (ECONNRESET)");
});

test("notices a server that takes the request and closes", async () => {
  const url = await startTcpServer((socket) => socket.once("data", () => socket.end()));
  await expect(fetchJson({ url, ...limits })).rejects.toThrow("could not be reached (ECONNRESET)");
});

test("notices an answer that is no HTTP", async () => {
  const url = await startTcpServer((socket) =>
    socket.once("data", () => socket.end("SSH-2.0-OpenSSH_9.9\r\n")),
  );
  await expect(fetchJson({ url, ...limits })).rejects.toThrow(/could not be reached \(HPE_/);
});

test("notices that nobody listens", async () => {
  await expect(fetchJson({ url: deadAddress, ...limits })).rejects.toThrow(
    "could not be reached (ECONNREFUSED)",
  );
});

test("refuses a body that is no JSON", async () => {
  const url = await startServer((_, response) =>
    response.end("<html>Sorry, we are running out of queries</html>"),
  );
  await expect(fetchJson({ url, ...limits })).rejects.toThrow("sent something that is no JSON");
});

test("follows a redirect on the same server", async () => {
  const url = await startServer((request, response) => {
    if (request.url === "/there") sendJson(response, { path: request.url });
    else response.writeHead(302, { location: "/there" }).end();
  });
  expect(await fetchJson({ url, ...limits })).toEqual({ path: "/there" });
});

test("follows no redirect to another host, so that a token stays here", async () => {
  let asked = 0;
  const other = await startServer((_, response) => {
    asked += 1;
    sendJson(response, {});
  });
  const url = await startServer((_, response) => response.writeHead(302, { location: other }).end());
  const asking = fetchJson({ url, ...limits, headers: { authorization: "token secret" } });
  await expect(asking).rejects.toThrow("redirects to another host");
  expect(asked).toBe(0);
});

test.each(["http://[", "file:///etc/passwd", "//evil.example/x"])(
  "follows no redirect to %s",
  async (location) => {
    const url = await startServer((_, response) => response.writeHead(302, { location }).end());
    await expect(fetchJson({ url, ...limits })).rejects.toThrow("redirects to another host");
  },
);

test("leaves a redirect circle", async () => {
  const url = await startServer((_, response) => response.writeHead(307, { location: "/again" }).end());
  await expect(fetchJson({ url, ...limits })).rejects.toThrow("redirects in a circle");
});

test("ends with a signal from outside", async () => {
  const url = await startServer(() => {});
  await expect(fetchJson({ url, ...limits, signal: AbortSignal.timeout(50) })).rejects.toThrow(
    "did not answer",
  );
});
