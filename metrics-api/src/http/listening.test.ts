import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { pino } from "pino";
import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { listen } from "../testing/servers.ts";
import { listenOn } from "./listening.ts";

const quiet = pino({ level: "silent" });
const hello = () => createServer((_, response) => response.end("hello"));
/** Any that is free: one that is looked for first may be taken meanwhile. */
const port = 0;
const urlOf = (server: Server, address = "127.0.0.1") => `http://${address}:${portOf(server)}`;
const portOf = (server: Server) => (server.address() as AddressInfo | null)?.port;

test("listens on each address and on no other", async () => {
  const [one, two] = [hello(), hello()];
  const servers = [one, two];
  const listening = listenOn(
    [
      { address: "127.0.0.1", port },
      { address: "127.0.0.2", port },
    ],
    () => servers.shift() ?? hello(),
    quiet,
  );
  await listening.ready;
  expect(await (await fetch(urlOf(one))).text()).toBe("hello");
  expect(await (await fetch(urlOf(two, "127.0.0.2"))).text()).toBe("hello");
  await expect(fetch(urlOf(one, "127.0.0.3"))).rejects.toThrow();
  await expect(fetch(urlOf(two, "127.0.0.3"))).rejects.toThrow();
  await listening.close(1_000);
});

test("serves the addresses that are there while it waits for one that is not", async () => {
  const warnings: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => warnings.push(line) });
  const [missing, there] = [hello(), hello()];
  const servers = [missing, there];
  let attempts = 0;
  missing.on("error", () => {
    attempts += 1;
  });
  // From a block reserved for documentation: no machine has it.
  const listening = listenOn(
    [
      { address: "192.0.2.1", port },
      { address: "127.0.0.1", port },
    ],
    () => servers.shift() ?? hello(),
    log,
    5,
  );
  let isReady = false;
  listening.ready.then(() => {
    isReady = true;
  });
  await eventually(() =>
    fetch(urlOf(there)).then(
      (response) => response.ok,
      () => false,
    ),
  ).toBe(true);
  expect(isReady).toBe(false);
  expect(warnings.map((line) => JSON.parse(line))).toMatchObject([
    { address: "192.0.2.1", msg: "this address is not there yet; trying until it is" },
  ]);
  // For hours perhaps: an attempt leaves nothing behind.
  await eventually(() => attempts).toBeGreaterThan(3);
  expect(missing.listenerCount("listening")).toBeLessThanOrEqual(hello().listenerCount("listening") + 1);
  await listening.close(1_000);
});

test("takes an address as soon as it is there", async () => {
  let attempts = 0;
  const late = hello();
  const really = late.listen.bind(late);
  late.listen = ((...parts: Parameters<Server["listen"]>) => {
    attempts += 1;
    if (attempts > 2) return really(...parts);
    const error = Object.assign(new Error("not there"), { code: "EADDRNOTAVAIL" });
    process.nextTick(() => late.emit("error", error));
    return late;
  }) as Server["listen"];
  const listening = listenOn([{ address: "127.0.0.1", port }], () => late, quiet, 5);
  await listening.ready;
  expect(attempts).toBe(3);
  expect(await (await fetch(urlOf(late))).text()).toBe("hello");
  await listening.close(1_000);
});

test("an address that another program has is an error that names it and the remedy", async () => {
  const taken = await listen(createTcpServer());
  const listening = listenOn([{ address: "127.0.0.1", port: taken }], hello, quiet);
  await expect(listening.ready).rejects.toThrow(
    `127.0.0.1 port ${taken} is taken by another program; stop it or choose another port in LISTEN`,
  );
  await listening.close(1_000);
});

test("closing lets a running request end and cuts one that does not", async () => {
  const release: (() => void)[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/ends") release.push(() => response.end("done"));
    else release.push(() => {});
  });
  const listening = listenOn([{ address: "127.0.0.1", port }], () => server, quiet);
  await listening.ready;
  const ends = fetch(`${urlOf(server)}/ends`).then((response) => response.text());
  const hangs = fetch(`${urlOf(server)}/hangs`).then(
    () => "answered",
    () => "cut",
  );
  await eventually(() => release.length).toBe(2);
  const closed = listening.close(200);
  for (const answer of release) answer();
  expect(await ends).toBe("done");
  expect(await hangs).toBe("cut");
  await closed;
});

test("a client that keeps asking over its old connection is sent away when the service stops", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/first") setTimeout(() => response.end(), 50);
    else response.end();
  });
  const listening = listenOn([{ address: "127.0.0.1", port }], () => server, quiet);
  await listening.ready;
  const socket = connect(portOf(server) ?? 0, "127.0.0.1");
  let answers = "";
  socket.on("data", (chunk) => {
    answers += String(chunk);
  });
  socket.write("GET /first HTTP/1.1\r\nhost: x\r\n\r\n");
  await eventually(() => asked).toEqual(["/first"]);
  const closed = listening.close(15_000);
  // Over the same connection, while the first is still being answered.
  socket.write("GET /second HTTP/1.1\r\nhost: x\r\n\r\n");
  await closed;
  await eventually(() => socket.closed).toBe(true);
  expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(answers.toLowerCase()).toContain("connection: close");
});

test("closing does not wait for the connection of a request that was being answered", async () => {
  const release: (() => void)[] = [];
  // As long as the test runs, neither side ends the connection by itself.
  const server = createServer({ keepAliveTimeout: 3_600_000 }, (_, response) =>
    release.push(() => response.end("done")),
  );
  const listening = listenOn([{ address: "127.0.0.1", port }], () => server, quiet);
  await listening.ready;
  const socket = connect(portOf(server) ?? 0, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => {
    answer += String(chunk);
  });
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  await eventually(() => release.length).toBe(1);
  const closed = listening.close(3_600_000);
  release[0]?.();
  await closed;
  expect(answer).toContain("done");
});
