import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../testing/servers.ts";
import { createLimitedServer } from "./server.ts";

const quick = { headers: 300, request: 600, check: 50, idle: 60_000 };

/** Sends raw bytes and returns everything that comes back until the connection is closed, however it is. */
function exchange(port: number, bytes: string): Promise<string> {
  const socket = open(port);
  let answer = "";
  socket.on("data", (chunk) => {
    answer += String(chunk);
  });
  socket.write(bytes);
  return new Promise((resolve) => socket.on("close", () => resolve(answer)));
}

function open(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

const start = () => listen(createLimitedServer((_, response) => response.end("fine"), 20, quick));

test("a header block over 8 KiB is refused with a problem", async () => {
  const answer = await exchange(
    await start(),
    `GET / HTTP/1.1\r\nhost: x\r\nx-big: ${"a".repeat(9_000)}\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  expect(answer).toContain('"detail":"The headers exceed 8192 bytes."');
});

test("what is no HTTP is refused with a problem and no details of the parser", async () => {
  const answer = await exchange(await start(), "\x16\x03\x01 hello\r\n\r\n");
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(answer).toContain("content-type: application/problem+json");
  expect(answer).toContain('"detail":"The request is not well-formed HTTP/1.1."');
  expect(answer).not.toMatch(/HPE_|node:|at /);
});

test.each([
  ["headers that never end", "GET / HTTP/1.1\r\nhost: x\r\n"],
  [
    "a body that never comes",
    "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\nexpect: 100-continue\r\n\r\n",
  ],
])("a client that is slow with %s is cut off", async (_, bytes) => {
  const server = createLimitedServer(
    (request, response) => request.on("end", () => response.end()).resume(),
    20,
    quick,
  );
  const answer = await exchange(await listen(server), bytes);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

test("a connection too many is closed at once", async () => {
  const port = await listen(createLimitedServer((_, response) => response.end(), 2, quick));
  const first = [open(port), open(port)];
  await Promise.all(first.map((socket) => new Promise((resolve) => socket.on("connect", resolve))));
  expect(await exchange(port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n")).toBe("");
});

test("an idle connection stays longer than nginx keeps it", () => {
  const server = createLimitedServer(() => {}, 1);
  expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
  expect([server.headersTimeout, server.requestTimeout]).toEqual([5_000, 8_000]);
});
